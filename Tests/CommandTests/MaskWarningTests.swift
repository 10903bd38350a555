import Imaging
import TestSupport
import Testing

/// What is said of masks that look wrong.
@Suite(.timeLimit(.minutes(60))) struct MaskWarningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What is said on stderr with a mask of the cup's size, whose values are made from the right one's.
    private func errors(_ change: (Int, Int, Float) -> Float) throws -> String {
        let mask = try Picture.read(Fixture.mask).mask
        var picture = Image(
            width: mask.width, height: mask.height, values: Array(repeating: 0, count: 3 * mask.values.count))
        for y in 0..<mask.height {
            for x in 0..<mask.width { picture[x, y] = SIMD3(repeating: change(x, y, mask[x, y])) }
        }
        try picture.write(to: folder.path("mask.png"))
        let outcome = try Command.run(
            Fixture.sample.dropLast() + [folder.path("mask.png")] + Fixture.leastWork, in: folder)
        #expect(outcome.exitCode == 0)
        return outcome.errors
    }

    @Test func `nothing is said of the right mask`() throws {
        #expect(try errors { $2 } == "")
    }

    @Test func `an inverted mask is told by its corners`() throws {
        let errors = try errors { 1 - $2 }
        #expect(errors.hasPrefix("Warning: the mask covers "))
        #expect(errors.contains("all its corners"))
        #expect(errors.contains("\nHint: is it inverted? White is where the object is, black around it\n"))
    }

    @Test func `a mask of all ones is told`() throws {
        #expect(try errors { _, _, _ in 1 }.hasPrefix("Warning: the mask is white all over"))
    }

    @Test func `a mask that covers nearly everything is told, with how much`() throws {
        // Of 110×100 pixels, 10×20 in a corner are black.
        let errors = try errors { x, y, _ in x < 10 && y < 20 ? 0 : 1 }
        #expect(errors.hasPrefix("Warning: the mask covers 98 % of the picture\nHint:"))
    }

    @Test("a mask that was turned or mirrored is told", arguments: [(false, true), (true, true), (true, false)])
    func turned(horizontally: Bool, vertically: Bool) throws {
        // A light triangle on dark, wide at its foot, and its mask turned.
        let size = Size(width: 60, height: 80)
        var object = Image(width: size.width, height: size.height, values: Array(repeating: 0.2, count: 3 * 4800))
        var mask = object, right = object
        for y in 0..<size.height {
            for x in 0..<size.width {
                let isObject = (10..<72).contains(y) && (8..<8 + y * 2 / 3).contains(x)
                object[x, y] = SIMD3(repeating: isObject ? 0.9 : 0.2)
                right[x, y] = SIMD3(repeating: isObject ? 1 : 0)
                mask[horizontally ? size.width - 1 - x : x, vertically ? size.height - 1 - y : y] = right[x, y]
            }
        }
        for (name, picture) in [("object.png", object), ("mask.png", mask), ("right.png", right)] {
            try picture.write(to: folder.path(name))
        }
        func errors(_ mask: String) throws -> String {
            try Command.run(
                ["--painting", Fixture.painting, "--object", "object.png", "--mask", mask] + Fixture.leastWork,
                in: folder
            ).errors
        }
        #expect(try errors("right.png") == "")
        // What is transparent belongs to the picture: an alpha channel cannot be turned against it.
        let alpha = Mask(width: size.width, height: size.height, values: (0..<4800).map { mask.values[3 * $0] })
        try Picture(image: object, alpha: alpha).write(to: folder.path("alone.png"))
        let alone = try Command.run(
            ["--painting", Fixture.painting, "--object", "alone.png"] + Fixture.leastWork, in: folder)
        #expect(alone.exitCode == 0)
        #expect(alone.errors == "")
        let how = horizontally ? vertically ? "turned by 180°" : "mirrored" : "upside down"
        #expect(
            try errors("mask.png").hasPrefix(
                "Warning: the mask's outline follows the object's edges better when it is \(how)\nHint: "))
    }
}
