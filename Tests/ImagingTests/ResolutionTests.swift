import TestSupport
import Testing

@testable import Imaging

@Suite struct ResolutionTests {
    private let image = TestPicture.exact(width: 4, height: 3)

    private func file(_ format: ImageFormat, _ x: Double, _ y: Double, _ unit: Resolution.Unit) throws -> [UInt8] {
        try image.encoded(as: format, storage: ImageStorage(resolution: Resolution(x: x, y: y, unit: unit)))
    }

    private func resolution(of file: [UInt8]) throws -> Resolution? {
        try Picture(decoding: file, path: "p").storage.resolution
    }

    /// What is left of a resolution that was read, after it was written in a format.
    private func carried(_ source: [UInt8], to format: ImageFormat) throws -> Resolution? {
        let storage = try Picture(decoding: source, path: "p").storage
        return try resolution(of: image.encoded(as: format, storage: storage))
    }

    @Test func `a picture says nothing of it unless told to`() throws {
        for format in ImageFormat.writable { #expect(try resolution(of: image.encoded(as: format)) == nil) }
        #expect(try TestFile.chunk("pHYs", of: image.encoded(as: .png)) == nil)
    }

    @Test(
        "a format's own units stay what they are",
        arguments: [
            (ImageFormat.png, Resolution(x: 11811, y: 5906, unit: .meter)),
            (.png, Resolution(x: 2_147_483_647, y: 1, unit: .meter)), (.png, Resolution(x: 3, y: 2, unit: .ratio)),
            (.jpeg, Resolution(x: 300, y: 299, unit: .inch)), (.jpeg, Resolution(x: 118, y: 117, unit: .centimeter)),
            (.jpeg, Resolution(x: 65535, y: 1, unit: .inch)), (.jpeg, Resolution(x: 4, y: 3, unit: .ratio)),
        ])
    func roundTrips(format: ImageFormat, resolution: Resolution) throws {
        let source = try file(format, resolution.x, resolution.y, resolution.unit)
        #expect(try self.resolution(of: source) == resolution)
        #expect(try carried(source, to: format) == resolution)
    }

    @Test func `pHYs holds pixels per metre, most significant byte first`() throws {
        let chunk = try TestFile.chunk("pHYs", of: file(.png, 300, 150, .inch))
        #expect(chunk == TestFile.bigEndian(11811) + TestFile.bigEndian(5906) + [1])
    }

    @Test("the print size survives a change of format and back", arguments: [72.0, 96, 100, 150, 240, 300, 600, 1200])
    func keepsInches(dpi: Double) throws {
        let jpeg = try file(.jpeg, dpi, dpi, .inch)
        let metres = try #require(try carried(jpeg, to: .png))
        #expect(metres == Resolution(x: (dpi / 0.0254).rounded(), y: (dpi / 0.0254).rounded(), unit: .meter))
        #expect(
            try carried(file(.png, metres.x, metres.y, .meter), to: .jpeg) == Resolution(x: dpi, y: dpi, unit: .inch))
    }

    @Test func `whole centimetres are kept as such`() throws {
        let carried = try carried(file(.png, 11800, 5900, .meter), to: .jpeg)
        #expect(carried == Resolution(x: 118, y: 59, unit: .centimeter))
        #expect(
            try self.carried(file(.jpeg, 118, 59, .centimeter), to: .png) == Resolution(x: 11800, y: 5900, unit: .meter)
        )
    }

    @Test func `what a format cannot count is left out, and a ratio is made to fit`() throws {
        #expect(Resolution(x: 1e9, y: 1e9, unit: .inch).rounded(for: .jpeg) == nil)
        #expect(Resolution(x: 1e-3, y: 1, unit: .meter).rounded(for: .png) == nil)
        #expect(
            Resolution(x: 131_070, y: 65_535, unit: .ratio).rounded(for: .jpeg)
                == Resolution(x: 65535, y: 32768, unit: .ratio))
    }

    @Test(
        "EXIF counts where JFIF does not",
        arguments: [
            (2 as UInt16?, Resolution.Unit.inch), (3, .centimeter), (1, .ratio), (nil, .inch), (9, .inch),
        ])
    func readsEXIF(unit: UInt16?, expected: Resolution.Unit) throws {
        let exif = TestFile.exif((3005, 10), (240, 1), unit: unit)
        let bytes = try TestFile.jpeg(TestPicture.bytes("baseline.jpg"), app: 1, exif)
        #expect(try resolution(of: bytes) == Resolution(x: 300.5, y: 240, unit: expected))
    }

    @Test func `JFIF comes before EXIF`() throws {
        let bytes = try TestFile.jpeg(file(.jpeg, 72, 72, .inch), app: 1, TestFile.exif((300, 1), (300, 1), unit: 2))
        #expect(try resolution(of: bytes) == Resolution(x: 72, y: 72, unit: .inch))
        let ratio = try TestFile.jpeg(file(.jpeg, 4, 3, .ratio), app: 1, TestFile.exif((300, 1), (300, 1), unit: 2))
        #expect(try resolution(of: ratio) == Resolution(x: 300, y: 300, unit: .inch))
    }

    @Test("EXIF without numbers is none", arguments: [(0, 1), (300, 0), (0, 0)] as [(UInt32, UInt32)])
    func ignoresNoNumbers(numerator: UInt32, denominator: UInt32) throws {
        let exif = TestFile.exif((numerator, denominator), (300, 1), unit: 2)
        #expect(try resolution(of: TestFile.jpeg(TestPicture.bytes("baseline.jpg"), app: 1, exif)) == nil)
    }

    @Test func `EXIF that ends early is none`() throws {
        let exif = TestFile.exif((300, 1), (240, 1), unit: 2), file = try TestPicture.bytes("baseline.jpg")
        for count in exif.indices {
            let picture = try Picture(decoding: TestFile.jpeg(file, app: 1, Array(exif[..<count])), path: "p")
            #expect(picture.storage.resolution == nil, "\(count) bytes")
            #expect(picture.image.size == Size(width: 13, height: 9))
        }
    }

    @Test("turning a picture upright turns its resolution", arguments: 1...8 as ClosedRange<UInt16>)
    func turns(orientation: UInt16) throws {
        let base = try TestPicture.bytes("baseline.jpg")
        let exif = TestFile.exif((300, 1), (150, 1), unit: 2, orientation: orientation)
        let expected =
            orientation < 5 ? Resolution(x: 300, y: 150, unit: .inch) : Resolution(x: 150, y: 300, unit: .inch)
        #expect(try resolution(of: TestFile.jpeg(base, app: 1, exif)) == expected)
        // JFIF's is turned too.
        let jfif = try TestFile.jpeg(
            file(.jpeg, 200, 100, .inch), app: 1, TestFile.exif((1, 0), (1, 0), unit: 2, orientation: orientation))
        #expect(try resolution(of: jfif)?.x == (orientation < 5 ? 200 : 100))
    }

    @Test func `a pHYs of nothing is none`() throws {
        let bytes = try TestPicture.bytes("rgb-8.png")
        let zero = TestFile.bigEndian(0), one = TestFile.bigEndian(1)
        #expect(try resolution(of: TestFile.png(bytes, with: "pHYs", zero + one + [1])) == nil)
        #expect(try resolution(of: TestFile.png(bytes, with: "pHYs", one + zero + [0])) == nil)
        #expect(try resolution(of: TestFile.png(bytes, with: "pHYs", [1, 2, 3])) == nil)
    }
}
