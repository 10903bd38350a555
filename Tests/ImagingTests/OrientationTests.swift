import Imaging
import Testing

/// Pictures that are turned by their metadata.
@Suite struct OrientationTests {
    /// Where a PNG says how it is turned.
    enum Place: CaseIterable {
        case chunk, lastChunk, bigEndianChunk, prefixedChunk, text, compressedText, oldText, xmp, xmpElement

        /// A PNG with this orientation.
        func file(_ bytes: [UInt8], _ orientation: UInt8) -> [UInt8] {
            let exif = OrientationTests.exif(orientation), bare = Array(exif.dropFirst(6))
            return switch self {
            case .chunk: TestFile.png(bytes, with: "eXIf", bare)
            case .lastChunk: TestFile.png(bytes, with: "eXIf", bare, atEnd: true)
            case .bigEndianChunk:
                TestFile.png(
                    bytes, with: "eXIf", Array(OrientationTests.exif(orientation, bigEndian: true).dropFirst(6)))
            case .prefixedChunk: TestFile.png(bytes, with: "eXIf", exif)
            case .text: TestFile.png(bytes, with: "tEXt", Array("Raw profile type exif\0".utf8) + Self.digits(exif))
            case .compressedText:
                TestFile.png(
                    bytes, with: "zTXt", Array("Raw profile type exif\0\0".utf8) + TestFile.stored(Self.digits(exif)))
            case .oldText:
                TestFile.png(
                    bytes, with: "tEXt", Array("Raw profile type APP1\0".utf8) + Self.digits(exif), atEnd: true)
            case .xmp:
                TestFile.png(
                    bytes, with: "iTXt",
                    Array("XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta tiff:Orientation=\"\(orientation)\"/>".utf8))
            case .xmpElement:
                TestFile.png(
                    bytes, with: "iTXt",
                    Array("XML:com.adobe.xmp\0\0\0\0\0<tiff:Orientation>\(orientation)</tiff:Orientation>".utf8))
            }
        }

        /// A profile as ImageMagick writes it: name, length, and lines of 36 bytes.
        private static func digits(_ bytes: [UInt8]) -> [UInt8] {
            let all = bytes.map { byte in
                let text = String(byte, radix: 16)
                return text.count < 2 ? "0" + text : text
            }
            let lines = stride(from: 0, to: all.count, by: 36).map { all[$0..<min($0 + 36, all.count)].joined() }
            return Array("\nexif\n      \(bytes.count)\n\(lines.joined(separator: "\n"))\n".utf8)
        }
    }

    private static func exif(_ orientation: UInt8, bigEndian: Bool = false) -> [UInt8] {
        guard bigEndian else { return TestFile.exif((72, 1), (72, 1), unit: 2, orientation: UInt16(orientation)) }
        return Array("Exif\0\0MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
            + [0, 0, 0, 0]
    }

    /// The stored pixel that comes to (x, y): EXIF says which sides the stored first row and column are.
    private func source(_ x: Int, _ y: Int, _ orientation: UInt8, _ stored: Size) -> (x: Int, y: Int) {
        let (right, bottom) = (stored.width - 1, stored.height - 1)
        return switch orientation {
        case 2: (right - x, y)
        case 3: (right - x, bottom - y)
        case 4: (x, bottom - y)
        case 5: (y, x)
        case 6: (y, bottom - x)
        case 7: (right - y, bottom - x)
        case 8: (right - y, x)
        default: (x, y)
        }
    }

    /// Expects the picture in a file to be another one, turned.
    private func expect(_ bytes: [UInt8], _ stored: Picture, _ orientation: UInt8) throws {
        let picture = try Picture(decoding: bytes, path: "p"), size = stored.image.size
        try #require(
            picture.image.size
                == (orientation < 5 ? size : Size(width: size.height, height: size.width)))
        #expect(picture.orientation.number == Int(orientation))
        for y in 0..<picture.image.height {
            for x in 0..<picture.image.width {
                let from = source(x, y, orientation, size)
                #expect(picture.image[x, y] == stored.image[from.x, from.y])
                #expect(picture.alpha?[x, y] == stored.alpha?[from.x, from.y])
            }
        }
    }

    @Test("a PNG is turned by its metadata, wherever they are", arguments: Place.allCases, 1...8 as ClosedRange<UInt8>)
    func turnsPNG(place: Place, orientation: UInt8) throws {
        let bytes = try TestPicture.bytes("rgba-8.png")
        try expect(place.file(bytes, orientation), Picture(decoding: bytes, path: "p"), orientation)
    }

    @Test("a PNG of every kind is turned", arguments: ["rgb-8", "rgba-16-interlaced", "gray-16", "palette-4-trns"])
    func turnsEveryKind(name: String) throws {
        let bytes = try TestPicture.bytes("\(name).png")
        try expect(Place.chunk.file(bytes, 6), Picture(decoding: bytes, path: "p"), 6)
    }

    @Test func `EXIF data come before XMP, and the chunk before the text`() throws {
        let bytes = try TestPicture.bytes("rgb-8.png"), stored = try Picture(decoding: bytes, path: "p")
        try expect(Place.xmp.file(Place.text.file(bytes, 3), 8), stored, 3)
        try expect(Place.text.file(Place.lastChunk.file(bytes, 5), 8), stored, 5)
        // One without an orientation leaves it to the next.
        try expect(Place.xmp.file(Place.chunk.file(bytes, 0), 8), stored, 8)
    }

    @Test func `metadata that are damaged or no orientation turn nothing`() throws {
        let bytes = try TestPicture.bytes("rgb-8.png"), stored = try Picture(decoding: bytes, path: "p")
        var damaged = Place.chunk.file(bytes, 6)
        let tag = try #require(damaged.firstRange(of: Array("eXIf".utf8)))
        damaged[tag.upperBound + 26] ^= 1
        try expect(damaged, stored, 1)
        for place in Place.allCases { try expect(place.file(bytes, 9), stored, 1) }
        let short = TestFile.png(bytes, with: "zTXt", Array("Raw profile type exif\0\0".utf8) + [0x78, 0x01, 3])
        try expect(short, stored, 1)
    }

    @Test func `the density of a turned PNG is turned, too`() throws {
        let density = TestFile.bigEndian(1000) + TestFile.bigEndian(2000) + [1]
        let bytes = try TestFile.png(TestPicture.bytes("rgb-8.png"), with: "pHYs", density)
        let picture = try Picture(decoding: Place.chunk.file(bytes, 6), path: "p")
        #expect(picture.storage.resolution == Resolution(x: 2000, y: 1000, unit: .meter))
    }

    @Test("a JPEG is turned by whichever marker says so", arguments: [2, 6, 7] as [UInt8])
    func turnsJPEG(orientation: UInt8) throws {
        let bytes = try TestPicture.bytes("baseline.jpg"), stored = try Picture(decoding: bytes, path: "p")
        let (little, big) = (Self.exif(orientation), Self.exif(orientation, bigEndian: true))
        let xmp = Array("http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation='\(orientation)'/>".utf8)
        let other = Array("http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation='4'/>".utf8)
        for markers in [
            [little], [big], [xmp], [other, big], [big, other], [Self.exif(0), little], [xmp, Self.exif(0)],
        ] {
            let file = markers.reversed().reduce(bytes) { TestFile.jpeg($0, app: 1, $1) }
            try expect(file, stored, orientation)
        }
    }
}
