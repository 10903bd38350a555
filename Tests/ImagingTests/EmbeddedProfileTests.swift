import Foundation
import TestSupport
import Testing

@testable import Imaging

/// Profiles in files.
@Suite struct EmbeddedProfileTests {
    private func expectColors(_ picture: Picture, _ expected: Image) {
        #expect(picture.profileProblem == nil)
        // Profiles hold numbers to 1/65536; sums of three and sRGB's slope of 12.92 near black multiply that.
        #expect(largestDifference(picture.image, expected) < 6e-4)
    }

    /// The picture with red and green in each other's place.
    private func swapped(_ image: Image) -> Image {
        var result = image
        for i in stride(from: 0, to: image.values.count, by: 3) { result.values.swapAt(i, i + 1) }
        return result
    }

    @Test("a PNG's colours are converted", arguments: ["rgb-8", "rgb-16", "palette-8", "rgba-8", "rgb-16-interlaced"])
    func convertsPNG(name: String) throws {
        let bytes = try TestPicture.bytes("\(name).png")
        let plain = try Picture(decoding: bytes, path: "p")
        let picture = try Picture(decoding: TestFile.png(bytes, with: TestProfile.swapped), path: "p")
        expectColors(picture, swapped(plain.image))
        #expect(picture.alpha == plain.alpha)
        #expect(picture.storage.profile?.bytes == TestProfile.swapped)
        #expect(picture.storage.depth == plain.storage.depth)
        #expect(picture.unmanaged == plain.image)
    }

    @Test("a JPEG's colours are converted", arguments: ["baseline", "progressive", "rgb", "orientation-6"])
    func convertsJPEG(name: String) throws {
        let bytes = try TestPicture.bytes("\(name).jpg")
        let plain = try Picture(decoding: bytes, path: "p")
        let picture = try Picture(decoding: TestFile.jpeg(bytes, with: TestProfile.swapped), path: "p")
        expectColors(picture, swapped(plain.image))
        #expect(picture.storage.profile?.bytes == TestProfile.swapped)
    }

    @Test(
        "a grey profile is for grey files, whose results are sRGB",
        arguments: ["gray-8.png", "graya-16.png", "gray.jpg"])
    func convertsGray(name: String) throws {
        let bytes = try TestPicture.bytes(name)
        let file =
            name.hasSuffix("png")
            ? TestFile.png(bytes, with: TestProfile.gray18) : TestFile.jpeg(bytes, with: TestProfile.gray18)
        let plain = try Picture(decoding: bytes, path: "p"), picture = try Picture(decoding: file, path: "p")
        let profile = try ColorProfile(icc: TestProfile.gray18)
        let grays = stride(from: 0, to: plain.image.values.count, by: 3).map { plain.image.values[$0] }
        #expect(picture.image.values == profile.toSRGB.applied(to: grays))
        #expect(picture.image != plain.image)
        #expect(picture.storage.profile == nil)
    }

    @Test func `an RGB profile counts in a grey JPEG too`() throws {
        let bytes = try TestPicture.bytes("gray.jpg")
        let picture = try Picture(decoding: TestFile.jpeg(bytes, with: TestProfile.swapped), path: "p")
        expectColors(picture, try Picture(decoding: bytes, path: "p").image)
        #expect(picture.storage.profile != nil)
    }

    @Test func `inks are what their profile says`() throws {
        let bytes = try TestPicture.bytes("inks.jpg")
        let picture = try Picture(decoding: TestFile.jpeg(bytes, with: TestProfile.cmyk), path: "p")
        #expect(picture.profileProblem == nil)
        #expect(picture.storage.profile == nil)
        let inks = TestProfile.inks
        let linear = [[1, 1, 1], inks[0], inks[1], inks[2], inks[3], (0..<3).map { inks[1][$0] * inks[2][$0] }]
        for (patch, light) in linear.enumerated() {
            let color = picture.image[8 * patch + 4, 4]
            for c in 0..<3 {
                // Linear light of the sRGB value.
                let value = Double(color[c])
                let found = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
                // JPEG is a step of 1/255 off at most; the table of whole inks is exact at its corners.
                #expect(abs(found - light[c]) < 0.012, "ink \(patch), channel \(c): \(found) for \(light[c])")
            }
        }
        // Without the profile, cyan takes all red and nothing else.
        #expect(try Picture(decoding: bytes, path: "p").image[12, 4].y > 0.98)
        #expect(picture.image[12, 4].y < 0.8)
    }

    @Test func `sRGB costs nothing and is kept`() throws {
        for name in ["rgb-16.png", "baseline.jpg"] {
            let bytes = try TestPicture.bytes(name)
            let file =
                name.hasSuffix("png")
                ? TestFile.png(bytes, with: TestProfile.sRGB) : TestFile.jpeg(bytes, with: TestProfile.sRGB)
            let picture = try Picture(decoding: file, path: "p")
            #expect(try picture.image == Picture(decoding: bytes, path: "p").image)
            #expect(picture.unmanaged == nil)
            #expect(picture.storage.profile?.bytes == TestProfile.sRGB)
        }
    }

    @Test func `a JPEG's profile is put together from its parts, in their order`() throws {
        let bytes = try TestPicture.bytes("baseline.jpg"), profile = TestProfile.swapped
        let parts: [(number: UInt8, bytes: [UInt8])] = [
            (2, Array(profile[100..<300])), (3, Array(profile[300...])), (1, Array(profile[..<100])),
        ]
        let picture = try Picture(decoding: TestFile.jpeg(bytes, profileParts: parts, of: 3), path: "p")
        #expect(picture.storage.profile?.bytes == profile)

        for missing in 0..<3 {
            let rest = parts.enumerated().filter { $0.offset != missing }.map(\.element)
            let picture = try Picture(decoding: TestFile.jpeg(bytes, profileParts: rest, of: 3), path: "p")
            #expect(picture.profileProblem == "parts of it are missing")
            #expect(try picture.image == Picture(decoding: bytes, path: "p").image)
            #expect(picture.storage.profile == nil)
        }
    }

    @Test("a profile larger than a marker is written and read", arguments: ImageFormat.writable)
    func keepsLargeProfiles(format: ImageFormat) throws {
        #expect(TestProfile.large.count > 65519)
        let storage = ImageStorage(profile: try ColorProfile(icc: TestProfile.large))
        let image = Image(width: 20, height: 10, values: Array(repeating: 0.5, count: 600))
        let picture = try Picture(decoding: image.encoded(as: format, quality: 100, storage: storage), path: "p")
        #expect(picture.storage == storage)
        #expect(largestDifference(picture.image, image) < 2 / 255)
    }

    @Test func `a profile that cannot be used is told of, and the colours are taken as sRGB`() throws {
        let png = try TestPicture.bytes("rgb-8.png"), jpeg = try TestPicture.bytes("baseline.jpg")
        let gray = try TestPicture.bytes("gray-8.png"), inks = try TestPicture.bytes("inks.jpg")
        var broken = TestFile.png(png, with: TestProfile.wide)
        broken[60] ^= 1
        let files: [(file: [UInt8], plain: [UInt8], problem: String?)] = [
            (broken, png, "CRC error"),
            (TestFile.png(png, with: "iCCP", Array("name\0\0rubbish".utf8)), png, nil),
            (TestFile.png(png, with: Array("rubbish".utf8)), png, "too short"),
            (TestFile.png(gray, with: TestProfile.wide), gray, nil),
            (TestFile.jpeg(jpeg, with: Array("rubbish".utf8)), jpeg, "it is damaged"),
            (TestFile.jpeg(jpeg, with: Array(TestProfile.wide[..<200])), jpeg, "it is damaged"),
            (
                TestFile.jpeg(jpeg, with: TestProfile.gray18), jpeg,
                "it is not for the kind of colours that the file has"
            ),
            (TestFile.jpeg(jpeg, with: TestProfile.cmyk), jpeg, "it is not for the kind of colours that the file has"),
            (TestFile.jpeg(inks, with: TestProfile.wide), inks, "it is not for the kind of colours that the file has"),
            (TestFile.jpeg(jpeg, with: TestProfile.lab), jpeg, "it is of a kind that pictures do not have"),
        ]
        for (i, (file, plain, problem)) in files.enumerated() {
            let picture = try Picture(decoding: file, path: "p")
            #expect(picture.profileProblem != nil, "file \(i)")
            if let problem { #expect(picture.profileProblem == problem, "file \(i)") }
            #expect(try picture.image == Picture(decoding: plain, path: "p").image, "file \(i)")
            #expect(picture.storage.profile == nil)
        }
    }

    @Test func `a profile that unpacks to more than it may is left out`() throws {
        // A length of 9 MB in its header; the packed data need not go that far.
        var profile = TestProfile.wide
        profile.replaceSubrange(0..<4, with: TestFile.bigEndian(9 << 20))
        let picture = try Picture(decoding: TestFile.png(TestPicture.bytes("rgb-8.png"), with: profile), path: "p")
        #expect(picture.profileProblem?.hasSuffix("exceeds application limits") == true)

        let part = [UInt8](repeating: 0, count: 65519)
        let parts = (1...130).map { (number: UInt8($0), bytes: part) }
        let jpeg = try TestFile.jpeg(TestPicture.bytes("baseline.jpg"), profileParts: parts, of: 130)
        #expect(try Picture(decoding: jpeg, path: "p").profileProblem == "it is larger than 8 MB")
    }

    @Test func `gamma and chromaticities alone are ignored`() throws {
        let bytes = try TestPicture.bytes("rgb-8.png")
        let gamma = TestFile.png(bytes, with: "gAMA", TestFile.bigEndian(100_000))
        #expect(try Picture(decoding: gamma, path: "p") == Picture(decoding: bytes, path: "p"))
    }

    @Test func `a mask is no picture of anything`() throws {
        for (bytes, profile) in [
            (try TestPicture.bytes("rgb-8.png"), TestProfile.swapped),
            (try TestPicture.bytes("graya-8.png"), TestProfile.gray18),
        ] {
            let managed = try Picture(decoding: TestFile.png(bytes, with: profile), path: "p")
            #expect(managed.unmanaged != nil)
            #expect(try managed.mask == Picture(decoding: bytes, path: "p").mask)
        }
    }

    @Test(
        "a changed byte in a file with a profile gives an error or a picture",
        arguments: [ImageFormat.png, .jpeg])
    func survivesEveryChangedByte(format: ImageFormat) throws {
        let storage = ImageStorage(
            profile: try ColorProfile(icc: TestProfile.wide), resolution: Resolution(x: 300, y: 300, unit: .inch))
        let file = try TestPicture.exact(width: 5, height: 4).encoded(as: format, storage: storage)
        for position in file.indices {
            var changed = file
            changed[position] ^= 1 << UInt8(position % 8)
            _ = try? Picture(decoding: changed, path: "p", maxPixels: 100_000)
            _ = try? Picture(decoding: Array(file[..<position]), path: "p")
        }
    }
}
