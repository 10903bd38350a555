import Files
import Foundation
import TestSupport
import Testing

@testable import Imaging

/// What of a painting's file its results keep, and the formats they are written in.
@Suite(.timeLimit(.minutes(60))) struct FormatTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The sample with another painting, evaluated once.
    private func sample(_ painting: String, _ options: String...) -> [String] {
        ["--painting", painting, "--object", Fixture.cup, "--mask", Fixture.mask, "--iterations", "0", "--quiet"]
            + options
    }

    private func expectSuccess(_ arguments: [String]) throws {
        let outcome = try Command.run(arguments, in: folder)
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        #expect(outcome.output == "")
    }

    @Test func `depth, profile and resolution are the painting's, and around the object its own samples`() throws {
        // No value of the painting is a whole step of 8 bits.
        var image = try Picture.read(Fixture.painting).image
        for i in image.values.indices { image.values[i] = min(image.values[i] + Float(i % 250 + 2) / 65535, 1) }
        let storage = ImageStorage(
            depth: .sixteen, profile: try ColorProfile(icc: TestProfile.wide),
            resolution: Resolution(x: 11811, y: 11811, unit: .meter))
        try image.write(to: folder.path("painting.png"), storage: storage)
        try expectSuccess(sample("painting.png", "--at", "105,70"))

        let painting = try Picture.read(folder.path("painting.png"))
        let own = try #require(painting.unmanaged)
        let (changeable, cup) = try Fixture.pixels(x: 105, y: 70)
        for name in ["stage1.png", "stage2.png"] {
            let stage = try Picture.read(folder.path(name))
            #expect(stage.storage == storage)
            let changed = differingPixels(try #require(stage.unmanaged), own)
            #expect(changed.isSubset(of: changeable))
            #expect(Double(changed.intersection(cup).count) > 0.98 * Double(cup.count))
        }
    }

    @Test func `an object's profile counts`() throws {
        let cup = try Picture.read(Fixture.cup).image
        let storage = ImageStorage(depth: .sixteen, profile: try ColorProfile(icc: TestProfile.swapped))
        try cup.write(to: folder.path("cup.png"), storage: storage)
        func comparison(_ cup: String) throws -> Image {
            try expectSuccess(
                ["--painting", Fixture.painting, "--object", cup, "--mask", Fixture.mask, "--iterations", "0"]
                    + ["--faithful", "--quiet", "--compare", "all.png"])
            return try folder.image("all.png")
        }
        // The object as pasted, after one conversion there and back.
        let pasted = zip(try comparison("cup.png").values, try comparison(Fixture.cup).values)
        #expect(pasted.filter { abs($0 - $1) > 1.5 / 255 }.isEmpty)
    }

    @Test func `a profile that cannot be used is a warning`() throws {
        // A PNG's checksums would tell first; a JPEG has none.
        var file = try Picture.read(Fixture.painting).image.encoded(
            as: .jpeg, storage: ImageStorage(profile: ColorProfile(icc: TestProfile.wide)))
        let tag = try #require(file.firstRange(of: Array("acsp".utf8)))
        file[tag.lowerBound] ^= 1
        try folder.write(file, to: "painting.jpg")
        let outcome = try Command.run(sample("painting.jpg"), in: folder)
        #expect(outcome.exitCode == 0)
        #expect(
            outcome.errors == """
                Warning: the colour profile of painting.jpg is not used: it is damaged
                Hint: its colours are taken as sRGB; where they look wrong, convert it to sRGB in a photo editor

                """)
        #expect(try Picture.read(folder.path("stage2.png")).storage == ImageStorage())
    }

    @Test func `stages can be JPEGs, of the quality asked for`() throws {
        let image = try Picture.read(Fixture.painting).image
        let resolution = Resolution(x: 300, y: 300, unit: .inch)
        try image.write(to: folder.path("painting.jpg"), quality: 100, storage: ImageStorage(resolution: resolution))
        func stages(_ options: String...) throws -> [Int] {
            try expectSuccess(sample("painting.jpg", "--output", "out") + options)
            #expect(try folder.names == ["painting.jpg", "out", "out/stage1.jpg", "out/stage2.jpg"])
            return try ["out/stage1.jpg", "out/stage2.jpg"].map { name in
                let bytes = try folder.bytes(name)
                #expect(ImageFormat(recognizing: bytes) == .jpeg)
                #expect(
                    try Picture(decoding: bytes, path: FilePath(name)).storage == ImageStorage(resolution: resolution))
                return bytes.count
            }
        }
        let usual = try stages("--format", "jpeg"), low = try stages("--jpeg-quality", "30")
        #expect(low[0] < usual[0] && low[1] < usual[1])
        #expect(try stages("--format", "jpeg", "--jpeg-quality", "95") == usual)
    }

    @Test func `the painting's EXIF data is in all that has its size`() throws {
        // One field: the artist's name.
        let exif =
            Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x3B, 1, 2, 0, 4, 0, 0, 0] + Array("Jan\0".utf8) + [0, 0, 0, 0]
        try Picture.read(Fixture.painting).image.write(
            to: folder.path("painting.jpg"), quality: 95, storage: ImageStorage(exif: exif))
        try expectSuccess(
            sample("painting.jpg", "--layer", "layer.tif", "--output-file", "result.jpg", "--compare", "all.png"))
        for name in ["stage1.png", "stage2.png", "layer.tif", "result.jpg"] {
            let kept = try Picture.read(folder.path(name)).storage.exif
            #expect(kept?.firstRange(of: Array("Jan\0".utf8)) != nil, "\(name)")
        }
        #expect(try Picture.read(folder.path("all.png")).storage.exif == nil)
    }

    @Test(
        "stages, layers and comparisons have the format asked for",
        arguments: [(ImageFormat.tiff, "tif"), (.webp, "webp"), (.avif, "avif")])
    func writes(format: ImageFormat, ending: String) throws {
        try expectSuccess(
            sample(Fixture.painting, "--format", format.rawValue, "--layer", "layer.\(ending)")
                + ["--compare", "all.\(ending)"])
        let names = ["stage1", "stage2", "layer", "all"].map { "\($0).\(ending)" }
        #expect(try folder.names.sorted() == names.sorted())
        for name in names { #expect(try ImageFormat(recognizing: folder.bytes(name)) == format) }
        let painting = try Picture.read(Fixture.painting), layer = try Picture.read(folder.path("layer.\(ending)"))
        #expect(layer.alpha?.values.contains(0) == true && layer.alpha?.values.contains(1) == true)
        let stage = try Picture.read(folder.path("stage2.\(ending)")).image
        // Without loss but for AVIF.
        let slack: Float = format == .avif ? 6.0 / 255 : 0
        let (before, after) = (painting.image[0, 0], stage[0, 0])
        #expect((0..<3).allSatisfy { abs(before[$0] - after[$0]) <= slack })
    }

    @Test func `a painting larger than the format is refused before the work`() throws {
        let values = (0..<3 * 16384 * 16).map { i -> Float in Float(i * 37 % 256) / 255 }
        let wide = Image(width: 16384, height: 16, values: values)
        try wide.write(to: folder.path("wide.png"))
        func arguments(_ options: String...) -> [String] {
            ["--painting", "wide.png", "--object", Fixture.cup, "--mask", Fixture.mask, "--scale", "0.1"] + options
        }
        try Command.expectFailure(
            arguments("--format", "webp"), in: folder, 64,
            "stage2.webp would have 16384×16 pixels, and a WebP has at most 16383 on a side",
            hint: "write it as a PNG or TIFF")
        try Command.expectFailure(
            arguments("--layer", "layer.webp"), in: folder, 64,
            "layer.webp would have 16384×16 pixels, and a WebP has at most 16383 on a side",
            hint: "write it as a PNG or TIFF")
        #expect(try folder.names == ["wide.png"])
    }

    @Test func `a file of several pictures is a warning`() throws {
        let painting = try Picture.read(Fixture.painting).image
        var file = try painting.encoded(as: .tiff)
        // A second directory: the first one once more, where it says how it goes on.
        let directory = file[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let count = Int(file[directory]) | Int(file[directory + 1]) << 8
        let end = directory + 2 + 12 * count
        let copy = file.count + file.count % 2
        if file.count % 2 == 1 { file.append(0) }
        file += file[directory..<end] + [0, 0, 0, 0]
        for i in 0..<4 { file[end + i] = UInt8(truncatingIfNeeded: copy >> (8 * i)) }
        try folder.write(file, to: "pages.tif")
        let outcome = try Command.run(sample("pages.tif"), in: folder)
        #expect(outcome.exitCode == 0)
        #expect(
            outcome.errors == """
                Warning: pages.tif holds more pictures than one; the first is used
                Hint: for another one, save it in a file of its own

                """)
    }

    @Test func `the result of an earlier run in another format is an input like any other`() throws {
        try folder.write(Fixture.bytes("painting.jpg"), to: "stage1.jpg")
        try Command.expectFailure(
            sample("stage1.jpg", "--format", "jpeg"), in: folder, 64,
            "the result stage1.jpg would replace the file of --painting", hint: "harmonize --help lists the options")
        try expectSuccess(sample("stage1.jpg"))
        #expect(try folder.names == ["stage1.jpg", "stage1.png", "stage2.png"])
    }

    @Test(
        "options that make no sense are refused",
        arguments: [
            (["--jpeg-quality", "0"], "--jpeg-quality goes from 1 to 100, got 0"),
            (["--jpeg-quality", "101"], "--jpeg-quality goes from 1 to 100, got 101"),
            (["--jpeg-quality", "high"], "The value 'high' is invalid for '--jpeg-quality <quality>'"),
            (["--jpeg-quality", "90", "--format", "png"], "--jpeg-quality has no meaning with --format png"),
            (["--jpeg-quality", "90", "--format", "tiff"], "--jpeg-quality has no meaning with --format tiff"),
            (
                ["--layer", "layer.jpg"],
                "--layer needs a name that ends in .png, .tif, .tiff, .webp or .avif, got layer.jpg"
            ),
            (
                ["--output-file", "layers.zip"],
                "--output-file needs a name that ends in .png, .jpg, .jpeg, .tif, .tiff, .webp, .avif or .ora, "
                    + "got layers.zip"
            ),
            (
                ["--format", "heic"],
                "The value 'heic' is invalid for '--format <format>'. "
                    + "Please provide one of 'png', 'jpeg', 'tiff', 'webp' or 'avif'."
            ),
        ])
    func refuses(options: [String], error: String) throws {
        try Command.expectFailure(
            Fixture.sample + options, in: folder, 64, error, hint: "harmonize --help lists the options")
        #expect(try folder.names == [])
    }
}
