import Files
import Imaging
import TestSupport
import Testing

/// Masks that other programs wrote, in every option that takes one.
@Suite(.timeLimit(.minutes(60))) struct MaskFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Writes the cup's mask, with each value and the cup's pixel there made a colour, and perhaps as alpha.
    private func write(
        _ name: String, alpha: Bool = false, _ color: (Float, SIMD3<Float>) -> SIMD3<Float>
    ) throws {
        let cup = try Picture.read(Fixture.cup).image, mask = try Picture.read(Fixture.mask).mask
        var image = cup
        for i in mask.values.indices {
            let value: Float = mask.values[i] > 0.5 ? 1 : 0
            let (x, y) = (i % mask.width, i / mask.width)
            image[x, y] = color(value, cup[x, y])
        }
        try Picture(image: image, alpha: alpha ? mask.thresholded(at: 0.5) : nil).write(to: folder.path(name))
    }

    private func run(_ arguments: String...) throws -> Command.Outcome {
        try Command.run(
            ["--painting", Fixture.painting, "--object", Fixture.cup] + arguments + Fixture.leastWork + ["--faithful"],
            in: folder)
    }

    @Test func `one colour on black and a cut-out give what white gives, and are told`() throws {
        try write("white.png") { value, _ in SIMD3(repeating: value) }
        try write("red.png") { value, _ in value * SIMD3(0.5, 0, 0) }
        try write("cutout.png", alpha: true) { $1 }
        let white = try run("--mask", "white.png")
        #expect(white.errors == "" && white.exitCode == 0)
        let expected = try folder.stages()
        for (name, words) in [("red.png", "has a colour: "), ("cutout.png", "has colours and transparency: ")] {
            let outcome = try run("--mask", name)
            #expect(outcome.exitCode == 0)
            #expect(outcome.errors.hasPrefix("Warning: the mask \(name) \(words)"))
            #expect(try folder.stages() == expected, "\(name)")
        }
    }

    @Test func `a map of labels is told, and one too dark to see an error`() throws {
        try write("label.png") { value, _ in SIMD3(repeating: value * 38 / 255) }
        let outcome = try run("--mask", "label.png")
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.hasPrefix("Warning: the mask label.png is grey, not white, in "))
        #expect(outcome.errors.contains("it counts as 15 % there\nHint: "))
        try write("one.png") { value, _ in SIMD3(repeating: value / 255) }
        #expect(try run("--mask", "one.png").exitCode == 65)
    }

    @Test func `the photograph is no mask, for any option`() throws {
        for option in ["--mask", "--loose-mask"] {
            let mask = option == "--mask" ? [] : ["--mask", Fixture.mask]
            let outcome = try Command.run(
                ["--painting", Fixture.painting, "--object", Fixture.cup, option, Fixture.cup] + mask, in: folder)
            #expect(outcome.exitCode == 65)
            #expect(outcome.errors.contains("cannot be used: it is a picture in colours and no mask\nHint: "))
        }
        let cut = try Command.run(["cut", Fixture.cup, "--keep", Fixture.cup], in: folder)
        #expect(cut.exitCode == 65)
        #expect(cut.errors.contains("it is a picture in colours and no mask\nHint: "))
    }

    @Test func `strokes that are too dark to count are told, and those of a colour count`() throws {
        try write("dark.png") { value, _ in SIMD3(repeating: value / 255) }
        let dark = try Command.run(["cut", Fixture.cup, "--keep", "dark.png", "--quiet"], in: folder)
        #expect(dark.errors.contains("Warning: the mask dark.png is grey, not white, in "))
        try write("green.png") { value, _ in value * SIMD3(0, 0.4, 0) }
        try write("white.png") { value, _ in SIMD3(repeating: value) }
        var cuts: [[UInt8]] = []
        for name in ["green", "white"] {
            _ = try Command.run(
                ["cut", Fixture.cup, "--keep", "\(name).png", "--output", "cut-\(name).png", "--quiet"], in: folder)
            cuts.append(try folder.bytes("cut-\(name).png"))
        }
        #expect(cuts[0] == cuts[1])
    }

    @Test func `a mask of the stored pixels of a turned photograph is turned along, and told`() throws {
        let cup = try Picture.read(Fixture.cup).image
        try cup.write(to: folder.path("cup.jpg"))
        let plain = try folder.bytes("cup.jpg")
        // Orientation 6: the stored pixels are to be turned to the right.
        let exif: [UInt8] =
            Array("Exif\0\0MM\0*".utf8) + [0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]
        let turned = plain[..<2] + [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif + plain[2...]
        try AtomicFile.write(Array(turned), to: folder.path("turned.jpg"))
        func run(_ name: String, _ more: String...) throws -> Command.Outcome {
            try Command.run(
                ["--painting", Fixture.painting, "--object", name, "--mask", Fixture.mask] + more + Fixture.leastWork
                    + ["--faithful"],
                in: folder)
        }
        let outcome = try run("turned.jpg")
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.contains("was turned by 90°: it has the size of a picture before its EXIF orientation"))
        let stages = try folder.stages()
        #expect(try run("cup.jpg", "--rotate", "-90").errors == "")
        #expect(try folder.stages() == stages)
    }

    @Test func `a mask of another size is told how to fit`() throws {
        try folder.writeGrey(1, width: 220, height: 200, to: "large.png")
        try folder.writeGrey(1, width: 100, height: 110, to: "across.png")
        #expect(
            try run("--mask", "large.png").errors.contains("the mask must have the object's size; scale it to 110×100"))
        #expect(try run("--mask", "across.png").errors.contains("one of the two was turned"))
    }
}
