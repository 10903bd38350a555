import Files
import Imaging
import TestSupport
import Testing

/// What is written as TIFF, WebP and AVIF, read again.
@Suite struct PictureWritingTests {
    /// Values that 16 bits hold exactly, and hardly one that 8 do.
    private let deep: Image = {
        let values = (0..<3 * 23 * 17).map { i -> Float in Float(i * 331 % 65000 + 3) / 65535 }
        return Image(width: 23, height: 17, values: values)
    }()

    @Test("without loss, and with what belongs to it", arguments: [ImageFormat.tiff, .webp, .avif])
    func roundTrip(format: ImageFormat) throws {
        let storage = ImageStorage(
            profile: try ColorProfile(icc: TestProfile.wide), resolution: Resolution(x: 300, y: 200, unit: .inch))
        let image = TestPicture.exact(width: 23, height: 17)
        let opacities = (0..<23 * 17).map { i -> Float in Float(i % 256) / 255 }
        let alpha = Mask(width: 23, height: 17, values: opacities)
        let file = try Picture(image: image, alpha: alpha, storage: storage).encoded(as: format)
        #expect(ImageFormat(recognizing: file) == format)
        let again = try Picture(decoding: file, path: "p")
        #expect(again.storage == storage)
        #expect(again.alpha == alpha)
        // Once more: the same samples, so that nothing was lost in between.
        let twice = try Picture(decoding: again.encoded(as: format), path: "p")
        #expect(twice == again)
        let plain = try Picture(decoding: Picture(image: image, alpha: alpha).encoded(as: format), path: "p")
        #expect(plain == Picture(image: image, alpha: alpha))
    }

    @Test func `a TIFF has 16 bits, an AVIF 12, a WebP 8`() throws {
        let storage = ImageStorage(depth: .sixteen)
        let tiff = try Picture(decoding: deep.encoded(as: .tiff, storage: storage), path: "p")
        #expect(tiff.image == deep && tiff.storage == storage)
        let avif = try Picture(decoding: deep.encoded(as: .avif, quality: 100, storage: storage), path: "p")
        #expect(largestDifference(avif.image, deep) < 0.51 / 4095 && avif.storage == storage)
        let webp = try Picture(decoding: deep.encoded(as: .webp, storage: storage), path: "p")
        #expect(largestDifference(webp.image, deep) < 0.51 / 255 && webp.storage == ImageStorage())
    }

    @Test("a quality makes files smaller", arguments: [ImageFormat.webp, .avif])
    func quality(format: ImageFormat) throws {
        let image = TestPicture.smooth(width: 64, height: 48)
        let sizes = try [nil, 90, 30].map { try image.encoded(as: format, quality: $0).count }
        #expect(sizes[1] > sizes[2])
        #expect(try image.encoded(as: format, quality: 1000).count > sizes[2])
        let decoded = try Picture(decoding: image.encoded(as: format, quality: 90), path: "p").image
        #expect(largestDifference(decoded, image) < 12.0 / 255)
    }

    @Test("sides that a format cannot have are refused", arguments: [ImageFormat.webp, .avif, .jpeg])
    func refusesSides(format: ImageFormat) throws {
        let wide = Image(
            width: format.largestSide + 1, height: 1, values: Array(repeating: 0, count: 3 * (format.largestSide + 1)))
        #expect(throws: EncodingFailure.self) { try wide.encoded(as: format) }
    }

    @Test func `HEIC is not written, and a JPEG has no alpha`() throws {
        let picture = Picture(
            image: TestPicture.exact(width: 2, height: 1), alpha: Mask(width: 2, height: 1, values: [0, 1]))
        for (format, reason) in [(ImageFormat.heic, "HEIC files are only read"), (.jpeg, "a JPEG has no alpha")] {
            #expect {
                try picture.encoded(as: format)
            } throws: {
                ($0 as? EncodingFailure)?.reason == reason
            }
        }
    }

    @Test func `the space that an AVIF gives by numbers counts`() throws {
        // Display P3: the same numbers are stronger colours than in sRGB.
        let image = Image(width: 1, height: 1, values: [0.8, 0.4, 0.4])
        var file = try image.encoded(as: .avif, quality: 100)
        let box = try #require(file.firstRange(of: Array("nclx".utf8)))
        file[box.upperBound + 1] = 12
        let picture = try Picture(decoding: file, path: "p")
        #expect(picture.storage.profile != nil && picture.profileProblem == nil)
        // By the matrices of the two spaces: 0.8, 0.4, 0.4 of P3 is 0.8596, 0.3704, 0.3865 of sRGB.
        let expected: [Float] = [0.8596, 0.3704, 0.3865]
        #expect(zip(picture.image.values, expected).allSatisfy { abs($0 - $1) < 0.004 })
        #expect(try Picture(decoding: file, path: "p") == picture)
        // PQ.
        file[box.upperBound + 3] = 16
        #expect(try Picture(decoding: file, path: "p").profileProblem == "it is for high dynamic range (PQ)")
    }
}
