import Imaging
import Testing

@Suite struct PNGDecodingTests {
    @Test("every colour type, depth, transparency and interlacing decodes exactly", arguments: PNGKind.all)
    func decodesExactly(kind: PNGKind) throws {
        #expect(try Picture.read(TestPicture.path(kind.name)) == kind.expected)
    }

    @Test func `a file without transparency has no alpha`() throws {
        #expect(try Picture.read(TestPicture.path("rgb-8.png")).alpha == nil)
    }

    @Test func `sixteen bits are not rounded to eight`() throws {
        let values = try Picture.read(TestPicture.path("gray-16.png")).image.values
        #expect(values.contains { ($0 * 255).rounded() != $0 * 255 })
    }

    @Test func `a damaged transparency chunk is an error, not an opaque picture`() throws {
        var bytes = try TestPicture.bytes("palette-4-trns.png")
        let tag = try #require(bytes.firstRange(of: Array("tRNS".utf8)))
        bytes[tag.upperBound] ^= 1
        let error = imageError { () throws(ImageError) in try Picture(decoding: bytes, path: "p") }
        #expect(error == .damaged(path: "p", format: .png, reason: "tRNS: CRC error"))
    }

    /// Chunks that libpng drops with a warning: of a wrong length, in a wrong place, or doubled.
    @Test(
        "a transparency chunk that does not fit is an error, not an opaque picture",
        arguments: [
            ("gray-8.png", 1), ("gray-8.png", 3), ("gray-16.png", 1), ("rgb-8.png", 5), ("rgb-8.png", 7),
            ("rgb-16.png", 2), ("palette-8.png", 2), ("palette-4-trns.png", 1),
        ])
    func refusesWrongTransparency(name: String, count: Int) throws {
        // After the header: a palette's comes before it.
        let transparency = Array(repeating: UInt8(0), count: count)
        let bytes = try TestFile.png(TestPicture.bytes(name), with: "tRNS", transparency)
        let error = imageError { () throws(ImageError) in try Picture(decoding: bytes, path: "p") }
        guard case .damaged("p", .png, let reason) = error else {
            Issue.record("\(name): \(String(describing: error))")
            return
        }
        #expect(reason.hasPrefix("tRNS: "))
    }

    @Test func `a transparency chunk behind the pixels or longer than the palette is an error`() throws {
        let late = try TestFile.png(TestPicture.bytes("gray-8.png"), with: "tRNS", [0, 0], atEnd: true)
        #expect(throws: ImageError.self) { try Picture(decoding: late, path: "p") }
        var long = try TestPicture.bytes("palette-1-trns.png")
        let tag = try #require(long.firstRange(of: Array("tRNS".utf8)))
        let count = long[tag.lowerBound - 4..<tag.lowerBound].reduce(0) { $0 << 8 | Int($1) }
        long.replaceSubrange(tag.lowerBound - 4..<tag.upperBound + count + 4, with: [])
        let chunk = Array("tRNS".utf8) + Array(repeating: 0, count: 9)
        long.insert(contentsOf: [0, 0, 0, 9] + chunk + TestFile.crc32(chunk), at: tag.lowerBound - 4)
        #expect(throws: ImageError.self) { try Picture(decoding: long, path: "p") }
    }

    @Test func `a transparency chunk beside an alpha channel, which has all, does no harm`() throws {
        let bytes = try TestPicture.bytes("rgba-8.png")
        let picture = try Picture(decoding: TestFile.png(bytes, with: "tRNS", [0, 0, 0, 0, 0, 0]), path: "p")
        #expect(try picture == Picture(decoding: bytes, path: "p"))
    }

    @Test func `a huge size is refused before memory is allocated for it`() throws {
        var bytes = try TestPicture.bytes("rgb-8.png")
        bytes.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
        bytes.replaceSubrange(29..<33, with: TestFile.crc32(bytes[12..<29]))
        let side = 0x7FFF_FFFF
        for limit in [400_000_000, Int.max] {
            let error = imageError { () throws(ImageError) in
                try Picture(decoding: bytes, path: "p", maxPixels: limit)
            }
            #expect(error == .tooLarge(path: "p", size: Size(width: side, height: side), maxPixels: limit))
        }
    }

    @Test func `the limit on pixels is the number itself`() throws {
        let path = TestPicture.path("rgb-8.png")
        #expect(throws: Never.self) { try Picture.read(path, maxPixels: 13 * 9) }
        let error = imageError { () throws(ImageError) in try Picture.read(path, maxPixels: 13 * 9 - 1) }
        #expect(error == .tooLarge(path: path, size: Size(width: 13, height: 9), maxPixels: 116))
    }
}
