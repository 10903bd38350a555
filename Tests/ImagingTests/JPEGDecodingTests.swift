import Imaging
import Testing

@Suite struct JPEGDecodingTests {
    @Test(
        "every colour space decodes to the reference's pixels",
        arguments: ["baseline", "progressive", "rgb", "gray", "cmyk", "ycck"])
    func decodesToReference(name: String) throws {
        let picture = try Picture.read(TestPicture.path("\(name).jpg"))
        let reference = try Picture.read(TestPicture.path("\(name)-reference.png"))
        // The references come from another build of libjpeg, whose transforms may round one step differently; so may
        // the product of ink and black.
        #expect(largestDifference(picture.image, reference.image) < 2.5 / 255)
        #expect(picture.alpha == nil)
    }

    @Test("a photograph is turned upright", arguments: 1...8)
    func turnsUpright(orientation: Int) throws {
        try expectUpright(TestPicture.bytes("orientation-\(orientation).jpg"))
    }

    @Test("an orientation that is no orientation is ignored", arguments: [0, 9, 255] as [UInt8])
    func ignoresUnknownOrientations(value: UInt8) throws {
        var bytes = try TestPicture.bytes("orientation-1.jpg")
        let tag = try #require(bytes.firstRange(of: [0x12, 0x01, 3, 0, 1, 0, 0, 0, 1, 0]))
        bytes[tag.lowerBound + 8] = value
        try expectUpright(bytes)
    }

    @Test("EXIF data that points outside itself is ignored", arguments: [4, 5, 6, 7, 8, 9])
    func ignoresBrokenEXIF(offset: Int) throws {
        var bytes = try TestPicture.bytes("orientation-1.jpg")
        let header = try #require(bytes.firstRange(of: Array("II*\0".utf8)))
        bytes[header.lowerBound + offset] = 0xFF
        try expectUpright(bytes)
    }

    @Test func `stray bytes before the end marker, which cameras write, do no harm`() throws {
        var bytes = try TestPicture.bytes("baseline.jpg")
        let clean = try Picture(decoding: bytes, path: "p")
        bytes.insert(contentsOf: [0, 0, 0], at: bytes.count - 2)
        #expect(try Picture(decoding: bytes, path: "p") == clean)
    }

    @Test func `a file cut short is damaged rather than half grey`() throws {
        let bytes = try TestPicture.bytes("baseline.jpg").dropLast(20)
        let error = imageError { () throws(ImageError) in try Picture(decoding: Array(bytes), path: "p") }
        #expect(error == .damaged(path: "p", format: .jpeg, reason: "Premature end of JPEG file"))
    }

    @Test func `a kind of JPEG that is not read is called that, not damaged`() throws {
        var bytes = try TestPicture.bytes("baseline.jpg")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0]))
        bytes[frame.lowerBound + 1] = 0xC5  // differential sequential
        let error = imageError { () throws(ImageError) in try Picture(decoding: bytes, path: "p") }
        #expect(error == .unsupported(path: "p", format: .jpeg, reason: "Unsupported JPEG process: SOF type 0xc5"))
    }

    @Test func `a huge size is refused`() throws {
        var bytes = try TestPicture.bytes("baseline.jpg")
        let frame = try #require(bytes.firstRange(of: [0xFF, 0xC0]))
        bytes.replaceSubrange(frame.lowerBound + 5..<frame.lowerBound + 9, with: [0xFF, 0x00, 0xFE, 0x00])
        let error = imageError { () throws(ImageError) in try Picture(decoding: bytes, path: "p") }
        #expect(error == .tooLarge(path: "p", size: Size(width: 0xFE00, height: 0xFF00), maxPixels: 400_000_000))
    }

    /// Expects red over blue on the left and green over yellow on the right.
    private func expectUpright(_ bytes: [UInt8]) throws {
        let image = try Picture(decoding: bytes, path: "p").image
        try #require(image.size == Size(width: 64, height: 32))
        let colours: [(x: Int, y: Int, rgb: SIMD3<Float>)] = [
            (0, 0, [220, 40, 40]), (63, 0, [40, 200, 60]), (0, 31, [50, 60, 210]), (63, 31, [230, 220, 50]),
            (31, 15, [220, 40, 40]), (32, 15, [40, 200, 60]), (31, 16, [50, 60, 210]), (32, 16, [230, 220, 50]),
        ]
        for (x, y, rgb) in colours {
            let difference = image[x, y] * 255 - rgb
            #expect((difference * difference).max() <= 16, "at (\(x), \(y)): \(image[x, y] * 255), not \(rgb)")
        }
    }
}
