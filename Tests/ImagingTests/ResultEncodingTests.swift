import TestSupport
import Testing

@testable import Imaging

/// Pictures written back with a overlay in them.
@Suite struct ResultEncodingTests {
    private let size = Size(width: 24, height: 16)

    /// A picture whose own samples are whole numbers of its depth's steps, far out of sRGB in places.
    private func painting(_ depth: ImageStorage.Depth, _ profile: [UInt8]?, alpha: Mask? = nil) throws -> Picture {
        let largest = depth == .eight ? 255 : 65535, step = depth == .eight ? 31 : 7919
        var values = (0..<3 * 24 * 16).map { Float($0 * step % (largest + 1)) / Float(largest) }
        for pixel in 0..<24 { values.replaceSubrange(3 * pixel..<3 * pixel + 3, with: [0, 1, 0]) }
        // Written as if it were sRGB: these are the samples. Then the profile says what they mean.
        let image = Image(width: 24, height: 16, values: values)
        let file = try image.encoded(as: .png, storage: ImageStorage(depth: depth))
        let picture = try Picture(decoding: profile.map { TestFile.png(file, with: $0) } ?? file, path: "p")
        #expect((picture.unmanaged ?? picture.image) == image)
        return picture
    }

    /// A overlay on the picture at (4, 0), 10×8, the mask of which grows from 0 at the left to 1.
    private func overlay(on picture: Picture, _ color: SIMD3<Float> = [0.5, 0.25, 0.125]) -> Overlay {
        var image = Region(columns: 4..<14, rows: 0..<8).part(of: picture.flattened)
        var mask = Mask(width: 10, height: 8, repeating: 0)
        for y in 0..<8 {
            for x in 0..<10 {
                let m = min(1, max(0, Float(x - 1) / 6))
                mask[x, y] = m
                if m > 0 { image[x, y] = m * color + (1 - m) * image[x, y] }
            }
        }
        return Overlay(image, at: .init(x: 4, y: 0), mask: mask)
    }

    /// The values in a file, whatever its profile says.
    private func samples(_ file: [UInt8]) throws -> (values: Image, picture: Picture) {
        let picture = try Picture(decoding: file, path: "p")
        return (picture.unmanaged ?? picture.image, picture)
    }

    @Test(
        "around the overlay are the picture's own samples, to the bit",
        arguments: [ImageStorage.Depth.eight, .sixteen], [nil, TestProfile.wide, TestProfile.swapped, TestProfile.sRGB])
    func keepsSamples(depth: ImageStorage.Depth, profile: [UInt8]?) throws {
        let painting = try painting(depth, profile)
        let (values, result) = try samples(painting.encoded(with: overlay(on: painting), as: .png))
        #expect(result.storage == painting.storage)
        #expect(result.storage.depth == depth && result.storage.profile?.bytes == profile)
        let own = painting.unmanaged ?? painting.image
        for y in 0..<16 {
            for x in 0..<24 {
                let isPatched = y < 8 && (6..<14).contains(x)
                #expect((values[x, y] == own[x, y]) != isPatched, "(\(x), \(y))")
            }
        }
        // Where the overlay is all there is, its colour comes back.
        let step: Float = depth == .eight ? 1 / 255 : 1 / 65535
        let difference = result.image[13, 4] - SIMD3(0.5, 0.25, 0.125)
        #expect(max(difference.max(), -difference.min()) < 0.8 * step + 2e-4)
    }

    @Test func `colours that sRGB does not have leave no outline around the overlay`() throws {
        let painting = try painting(.sixteen, TestProfile.wide)
        let own = try #require(painting.unmanaged)
        #expect(own[5, 0] == SIMD3(0, 1, 0))
        // A overlay of nearly the painting's colour, in sRGB, and of hardly any weight.
        var image = Region(columns: 4..<6, rows: 0..<1).part(of: painting.image)
        image.values[1] -= 0.01
        image.values[4] -= 0.01
        func result(_ mask: Mask?) throws -> Image {
            try samples(painting.encoded(with: Overlay(image, at: .init(x: 4, y: 0), mask: mask), as: .png)).values
        }
        let faint = try result(Mask(width: 2, height: 1, values: [0.01, 1]))
        #expect(abs(faint[4, 0].x) < 0.02 && abs(faint[4, 0].y - 1) < 0.02, "\(faint[4, 0])")
        // sRGB's green is far inside: red is needed for it.
        #expect(faint[5, 0].x > 0.4, "\(faint[5, 0])")
        #expect(try result(nil)[4, 0].x > 0.4)
    }

    @Test func `a picture with alpha is flattened in its own space`() throws {
        let plain = try painting(.eight, nil)
        let alpha = Mask(width: 24, height: 16, values: (0..<24 * 16).map { Float($0 % 3) / 2 })
        let own = Picture(image: plain.image, alpha: alpha).flattened
        let profile = try ColorProfile(icc: TestProfile.wide)
        let image = Image(width: 24, height: 16, values: profile.toSRGB.applied(to: plain.image.values))
        let picture = Picture(image: image, alpha: alpha, storage: ImageStorage(depth: .sixteen, profile: profile))
        let (values, _) = try samples(picture.encoded(with: overlay(on: picture), as: .png))
        // The own samples were made from sRGB here, which clips the farthest greens.
        for y in 8..<16 {
            for x in 0..<24 where plain.image[x, y].y < 0.5 && plain.image[x, y].min() > 0.4 {
                let difference = values[x, y] - own[x, y]
                #expect(max(difference.max(), -difference.min()) < 2e-4)
            }
        }
        #expect(picture.opaque.alpha == nil)
        #expect(picture.opaque.image == picture.flattened)
    }

    @Test func `without a profile the result is the overlay laid into the picture`() throws {
        let painting = try painting(.eight, nil), overlay = overlay(on: painting)
        let laid = try Picture(decoding: overlay.laid(into: painting.image).encoded(as: .png), path: "p")
        #expect(try Picture(decoding: painting.encoded(with: overlay, as: .png), path: "p") == laid)
    }

    @Test func `a grey picture's result is sRGB without its profile`() throws {
        let file = try TestFile.png(TestPicture.bytes("gray-16.png"), with: TestProfile.gray18)
        let gray = try Picture(decoding: file, path: "p")
        var image = Region(columns: 2..<4, rows: 3..<5).part(of: gray.image)
        image[0, 0] = SIMD3(1, 0, 0)
        let result = try Picture(
            decoding: gray.encoded(with: Overlay(image, at: .init(x: 2, y: 3)), as: .png), path: "p")
        #expect(result.storage == ImageStorage(depth: .sixteen))
        #expect(result.image[2, 3] == SIMD3(1, 0, 0))
        #expect(
            largestDifference(
                Region(columns: 4..<13, rows: 0..<9).part(of: result.image),
                Region(columns: 4..<13, rows: 0..<9).part(of: gray.image)) <= 0.5
                / 65535)
    }

    @Test func `a JPEG carries the profile, and always has eight bits`() throws {
        let painting = try painting(.sixteen, TestProfile.wide)
        let flat = Image(width: 24, height: 16, values: Array(repeating: 0.5, count: 3 * 24 * 16))
        let file = try painting.encoded(with: Overlay(flat, at: .init(x: 0, y: 0)), as: .jpeg, quality: 100)
        let result = try Picture(decoding: file, path: "p")
        #expect(result.storage.profile == painting.storage.profile)
        #expect(result.storage.depth == .eight)
        #expect(largestDifference(result.image, flat) < 1.5 / 255)
    }

    @Test func `a library's picture is converted to the profile it is stored with`() throws {
        let image = TestPicture.smooth(width: 20, height: 10)
        let storage = ImageStorage(depth: .sixteen, profile: try ColorProfile(icc: TestProfile.wide))
        let (values, picture) = try samples(image.encoded(as: .png, storage: storage))
        #expect(largestDifference(picture.image, image) < 2e-4)
        #expect(largestDifference(values, image) > 0.05)
        #expect(
            Picture(image: image, storage: storage).unmanaged.map { largestDifference($0, values) <= 0.5 / 65535 }
                == true)
    }

    @Test func `a profile without a way back cannot be stored with`() throws {
        let storage = ImageStorage(profile: try ColorProfile(icc: TestProfile.linearTable()))
        #expect(throws: EncodingFailure(format: .png, reason: "the colour profile cannot be written")) {
            try TestPicture.exact(width: 2, height: 2).encoded(as: .png, storage: storage)
        }
    }

    @Test func `sixteen bits hold every step, most significant byte first`() throws {
        let values = (0..<3 * 256 * 86).map { Float(min($0, 65535)) / 65535 }
        let image = Image(width: 256, height: 86, values: values)
        let file = try image.encoded(as: .png, storage: ImageStorage(depth: .sixteen))
        let picture = try Picture(decoding: file, path: "p")
        #expect(picture.image == image)
        #expect(picture.storage.depth == .sixteen)
        #expect(TestFile.chunk("IHDR", of: file).map { Array($0[8...]) } == [16, 2, 0, 0, 0])
    }
}
