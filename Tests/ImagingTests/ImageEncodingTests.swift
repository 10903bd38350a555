import Files
import Foundation
import Imaging
import Tensors
import TestSupport
import Testing

@Suite struct ImageEncodingTests {
    @Test("PNG keeps 8-bit pictures exactly", arguments: [(1, 1), (13, 9), (64, 1), (1, 64)])
    func roundTripsPNG(width: Int, height: Int) throws {
        let image = TestPicture.exact(width: width, height: height)
        let picture = try Picture(decoding: image.encoded(as: .png), path: "p")
        #expect(picture == Picture(image: image))
    }

    @Test("JPEG stays close", arguments: [(1, 1), (13, 9), (200, 150)])
    func roundTripsJPEG(width: Int, height: Int) throws {
        let image = TestPicture.smooth(width: width, height: height)
        let decoded = try Picture(decoding: image.encoded(as: .jpeg), path: "p").image
        // At quality 95 the quantisation steps are at most 12, and a smooth picture needs few coefficients.
        #expect(largestDifference(decoded, image) < 5 / 255)
    }

    @Test func `JPEG keeps colour at full resolution`() throws {
        var image = TestPicture.smooth(width: 16, height: 16)
        for y in 0..<16 {
            for x in 0..<16 { image[x, y] = x % 2 == 0 ? SIMD3(0.7, 0.3, 0.3) : SIMD3(0.3, 0.3, 0.7) }
        }
        let decoded = try Picture(decoding: image.encoded(as: .jpeg, quality: 100), path: "p").image
        #expect(largestDifference(decoded, image) < 6 / 255)
    }

    @Test func `a JPEG larger than the first buffer comes out whole`() throws {
        var generator = SeededGenerator(seed: 1)
        let values = (0..<3 * 300 * 300).map { _ in Float.random(in: 0...1, using: &generator) }
        let image = Image(width: 300, height: 300, values: values), file = try image.encoded(as: .jpeg, quality: 100)
        #expect(file.count > 1 << 17)
        #expect(largestDifference(try Picture(decoding: file, path: "p").image, image) < 6 / 255)
    }

    @Test func `lower quality makes smaller files, and odd qualities are clamped`() throws {
        let image = TestPicture.exact(width: 64, height: 64)
        let sizes = try [-5, 1, 50, 100, 1000].map { try image.encoded(as: .jpeg, quality: $0).count }
        #expect(sizes[0] == sizes[1] && sizes[1] < sizes[2] && sizes[2] < sizes[3] && sizes[3] == sizes[4])
    }

    @Test func `values are rounded to the nearest step, clamped, and NaN is 0`() throws {
        let values: [Float] = [.nan, -1, -.infinity, 2, .infinity, 1, 0.49 / 255, 0.51 / 255, 254.51 / 255]
        let image = Image(width: 3, height: 1, values: values)
        let decoded = try Picture(decoding: image.encoded(as: .png), path: "p").image
        #expect(decoded.values.map { $0 * 255 } == [0, 0, 0, 255, 255, 255, 0, 1, 255])
    }

    @Test func `a side too long for JPEG is an error`() {
        let image = Image(width: 65_501, height: 1, values: Array(repeating: 0, count: 3 * 65_501))
        #expect(throws: EncodingFailure.self) { try image.encoded(as: .jpeg) }
        let error = imageError { () throws(ImageError) in try image.write(to: "wide.jpg") }
        let reason = "Maximum supported image dimension is 65500 pixels"
        #expect(error == .file(.cannotWrite(path: "wide.jpg", reason: reason)))
    }

    @Test(
        "the name decides the format written",
        arguments: [("a.png", ImageFormat.png), ("a.JPG", .jpeg), ("a", .png)])
    func writesByName(name: String, format: ImageFormat) throws {
        let folder = try TemporaryFolder()
        let image = TestPicture.exact(width: 13, height: 9)
        try image.write(to: folder.path(name))
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.path(name))))
        #expect(ImageFormat(recognizing: bytes) == format)
        #expect(try folder.names == [name])
    }

    @Test func `a folder that is not there is an error that names the file`() throws {
        let path: FilePath = try TemporaryFolder().path("missing/a.png")
        let error = imageError { () throws(ImageError) in try TestPicture.exact(width: 2, height: 2).write(to: path) }
        #expect(error == .file(.cannotWrite(path: path, reason: "No such file or directory")))
    }
}
