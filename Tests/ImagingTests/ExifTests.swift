import Compute
import Files
import TestSupport
import Testing

@testable import Imaging

@Suite struct ExifTests {
    private static let endings = ["png", "jpg", "tif", "webp", "avif"]
    private let image = TestPicture.exact(width: 6, height: 4)
    /// Notes with an offset of their own, which are of use in their place alone.
    private static let notes = Array("a maker's notes".utf8)

    /// What a camera writes; `pixels` are the size of its picture.
    private func camera(
        isBig: Bool = false, orientation: UInt16 = 1, pixels: (UInt32, UInt32) = (6, 4), dpi: UInt32 = 300
    ) -> TestExif {
        TestExif(
            isBig: isBig,
            fields: [
                .init(0x010E, .text("a harbour")), .init(0x010F, .text("Maker")), .init(0x0110, .text("Model 1")),
                .init(0x0112, .short(orientation)), .init(0x011A, .rational(dpi, 1)), .init(0x011B, .rational(dpi, 1)),
                .init(0x0128, .short(2)), .init(0x0132, .text("2026:01:02 03:04:05")), .init(0x013B, .text("J\u{F6}")),
                .init(0x8298, .text("\u{A9} J\u{F6}")),
                .init(
                    0x8769,
                    .directory([
                        .init(0x829A, .rational(1, 125)), .init(0x8827, .short(200)),
                        .init(0x9000, .bytes(Array("0232".utf8))),
                        .init(0x9003, .text("2026:01:02 03:04:05")), .init(0x927C, .bytes(Self.notes)),
                        .init(0xA002, .long(pixels.0)), .init(0xA003, .short(UInt16(pixels.1))),
                        .init(0xA005, .directory([.init(0x0001, .text("R98"))])),
                    ])
                ),
                .init(0x8825, .directory([.init(0x0001, .text("N")), .init(0x0006, .rational(5000, 10))])),
            ], thumbnail: Array("the old picture".utf8))
    }

    private func format(_ ending: String) -> ImageFormat { ImageFormat(forWritingTo: FilePath("p.\(ending)")) }

    private func jpeg(with exif: TestExif) throws -> [UInt8] {
        try TestFile.jpeg(image.encoded(as: .jpeg), app: 1, Array("Exif\0\0".utf8) + exif.bytes)
    }

    private func storage(of file: [UInt8]) throws -> ImageStorage { try Picture(decoding: file, path: "p").storage }

    private func fields(_ file: [UInt8], _ ending: String) throws -> [String: [UInt8]] {
        try TestExif.read(#require(TestFile.exif(in: file, ending)))
    }

    /// Checks the values of some fields.
    private func expect(
        _ found: [String: [UInt8]], _ expected: [String: [UInt8]], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for (name, value) in expected { #expect(found[name] == value, "\(name)", sourceLocation: sourceLocation) }
    }

    @Test("what a camera wrote is in every format, but for its thumbnail", arguments: [false, true], endings)
    func keeps(isBig: Bool, ending: String) throws {
        let exif = camera(isBig: isBig)
        var expected = try TestExif.read(exif.bytes)
        #expect(expected["next 201"] != nil)
        expected = expected.filter { !$0.key.hasPrefix("next") }
        // Sizes are written as long numbers.
        expected["exif A003"] = [4, 0, 0, 0]
        let written = try image.encoded(as: format(ending), storage: storage(of: jpeg(with: exif)))
        var found = try fields(written, ending)
        if ending == "tif" {
            expected["exif 927C"] = nil
            // The file's own fields are there, too; resolutions are what libtiff makes of them.
            let resolution = try storage(of: written).resolution
            #expect(resolution == Resolution(x: 300, y: 300, unit: .inch))
            for tag in ["first 11A", "first 11B"] { expected[tag] = found[tag] }
            found = found.filter { expected[$0.key] != nil }
        }
        #expect(found == expected)
        #expect(written.firstRange(of: Array("the old picture".utf8)) == nil)
        // And from there into any other.
        let again = try storage(of: written)
        for other in Self.endings {
            let file = try image.encoded(as: format(other), storage: again)
            let names = ["first 10E", "first 13B", "first 8298", "exif 8827", "exif 9003", "interop 1", "gps 6"]
            let kept = try fields(file, other)
            #expect(names.allSatisfy { kept[$0] == expected[$0] && kept[$0] != nil }, "to \(other)")
        }
    }

    @Test(
        "what stays has its place, so that a maker's notes are not damaged", arguments: ["png", "jpg", "webp", "avif"])
    func keepsPlaces(ending: String) throws {
        let before = camera(isBig: true).bytes
        let written = try image.encoded(as: format(ending), storage: storage(of: jpeg(with: camera(isBig: true))))
        let after = try #require(TestFile.exif(in: written, ending))
        let place = try #require(before.firstRange(of: Self.notes))
        #expect(Array(after[place]) == Self.notes)
        // Nothing is longer, and the thumbnail is cut off.
        if ending != "avif" { #expect(after.count == before.count - Array("the old picture".utf8).count) }
    }

    @Test("a result is upright, of its own size and resolution", arguments: endings, [5, 6, 8] as [UInt16])
    func saysWhatIsSo(ending: String, orientation: UInt16) throws {
        let file = try jpeg(with: camera(orientation: orientation, dpi: 72))
        let picture = try Picture(decoding: file, path: "p")
        #expect(picture.image.size == Size(width: 4, height: 6))
        var storage = picture.storage
        storage.resolution = Resolution(x: 200, y: 100, unit: .inch)
        let written = try picture.image.encoded(as: format(ending), storage: storage)
        let found = try fields(written, ending)
        expect(found, ["first 112": [1, 0], "exif A002": [4, 0, 0, 0], "exif A003": [6, 0, 0, 0]])
        let again = try Picture(decoding: written, path: "p")
        #expect(again.image.size == Size(width: 4, height: 6) && again.orientation == .upright)
        // PNG counts in metres, so that EXIF, which cannot, has hundredths of centimetres.
        func rational(_ name: String) throws -> Double {
            let bytes = try #require(found[name])
            func number(_ start: Int) -> Double {
                Double(bytes[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
            }
            return number(0) / number(4)
        }
        if ending == "png" {
            #expect(try rational("first 11A") == 78.74)
            #expect(try rational("first 11B") == 39.37)
            expect(found, ["first 128": [3, 0]])
        } else if ending != "tif" {
            #expect(try rational("first 11A") == 200)
            #expect(try rational("first 11B") == 100)
            expect(found, ["first 128": [2, 0]])
        }
    }

    @Test func `a resolution is added where there is none`() throws {
        let storage = ImageStorage(
            resolution: Resolution(x: 300, y: 300, unit: .inch),
            exif: TestExif(fields: [.init(0x010F, .text("Maker")), .init(0x8298, .text("mine"))]).bytes)
        let written = try image.encoded(as: .webp, storage: storage)
        let found = try fields(written, "webp")
        expect(found, ["first 10F": Array("Maker\0".utf8), "first 8298": Array("mine\0".utf8)])
        expect(found, ["first 112": [1, 0], "first 11A": [44, 1, 0, 0, 1, 0, 0, 0]])
        #expect(try self.storage(of: written).resolution == storage.resolution)
    }

    @Test("a PNG has it in a chunk or, from ImageMagick, as a text", arguments: [false, true])
    func readsPNG(isText: Bool) throws {
        let exif = camera(isBig: true, orientation: 6), png = try image.encoded(as: .png)
        let digits = (Array("Exif\0\0".utf8) + exif.bytes).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        let text = "Raw profile type exif\0\nexif\n    \(digits.count)\n\(digits.joined())\n"
        let file =
            isText
            ? TestFile.png(png, with: "tEXt", Array(text.utf8)) : TestFile.png(png, with: "eXIf", exif.bytes)
        let picture = try Picture(decoding: file, path: "p")
        #expect(picture.orientation.number == 6)
        #expect(picture.storage.exif == exif.bytes)
    }

    @Test func `what says no more than how the file is is not kept`() throws {
        let plain = TestFile.exif((300, 1), (300, 1), unit: 2, orientation: 6)
        #expect(try storage(of: TestFile.jpeg(image.encoded(as: .jpeg), app: 1, plain)).exif == nil)
        for ending in Self.endings { #expect(try storage(of: image.encoded(as: format(ending))).exif == nil) }
    }

    @Test("data that ends early or is changed is written sound or not at all", arguments: [false, true])
    func survivesDamage(isBig: Bool) throws {
        let bytes = camera(isBig: isBig).bytes
        var generator = SeededGenerator(seed: 5)
        for number in stride(from: 0, to: bytes.count + 600, by: 3) {
            var changed = number < bytes.count ? Array(bytes[..<number]) : bytes
            if number >= bytes.count {
                for _ in 0..<3 {
                    changed[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
                }
            }
            let read = try storage(of: TestFile.png(image.encoded(as: .png), with: "eXIf", changed)).exif
            for exif in [changed, read] where exif != nil {
                let storage = ImageStorage(resolution: Resolution(x: 7, y: 9, unit: .inch), exif: exif)
                for ending in ["jpg", "webp", "tif"] {
                    let file = try image.encoded(as: format(ending), storage: storage)
                    guard let written = TestFile.exif(in: file, ending), !written.isEmpty else { continue }
                    #expect(throws: Never.self, "\(changed)") { try TestExif.read(written) }
                }
            }
        }
    }

    @Test func `what is beyond 64 KB, or broken, is left out of the rest`() throws {
        let png = try image.encoded(as: .png)
        var exif = camera(isBig: true)
        exif.fields.insert(.init(0x010D, .text(String(repeating: "long ", count: 14000))), at: 0)
        let long = try #require(try storage(of: TestFile.png(png, with: "eXIf", exif.bytes)).exif)
        let found = try TestExif.read(long)
        #expect(long.count < 1000)
        #expect(found["first 10D"] == nil)
        expect(found, ["exif 8827": [200, 0], "first 13B": Array("J\u{F6}\0".utf8), "gps 1": Array("N\0".utf8)])
        // A directory that is not there.
        var broken = camera().bytes
        let pointer = try #require(broken.firstRange(of: [0x25, 0x88, 4, 0, 1, 0, 0, 0]))
        broken[pointer.upperBound + 2] = 0xFF
        let rest = try TestExif.read(#require(try storage(of: TestFile.png(png, with: "eXIf", broken)).exif))
        #expect(rest["gps 6"] == nil)
        expect(rest, ["exif 8827": [200, 0], "first 13B": Array("J\u{F6}\0".utf8)])
    }
}
