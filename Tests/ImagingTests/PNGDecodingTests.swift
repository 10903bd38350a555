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
