import Foundation
import Imaging
import TestSupport
import Testing

/// `--at`, `--scale`, `--mask` and the object's own alpha.
@Suite(.timeLimit(.minutes(60))) struct PlacementOptionTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The second stage after one evaluation: the composite, blended.
    private func stage(_ arguments: [String]) throws -> Image {
        let outcome = try Command.run(arguments + ["--iterations", "0", "--faithful", "--quiet"], in: folder)
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        return try folder.image("stage2.png")
    }

    private func changed(_ arguments: [String]) throws -> Set<Int> {
        try differingPixels(stage(arguments), Picture.read(Fixture.painting).image)
    }

    @Test func `an object without --at is centred`() throws {
        let centred = try stage(Fixture.sample)
        // (240 − 110) / 2 and (190 − 100) / 2
        #expect(try centred == stage(Fixture.sample + ["--at", "65,45"]))
        #expect(try centred != stage(Fixture.sample + ["--at", "66,45"]))
    }

    @Test(
        "an object may hang over any edge",
        arguments: [(-20, 30), (-60, -50), (170, 120), (30, -50), (-80, 40), (100, 150)])
    func hangsOver(corner: (x: Int, y: Int)) throws {
        let changed = try changed(Fixture.sample + ["--at", "\(corner.x),\(corner.y)"])
        let (changeable, cup) = try Fixture.pixels(x: corner.x, y: corner.y)
        #expect(changed.isSubset(of: changeable))
        #expect(Double(changed.intersection(cup).count) >= 0.98 * Double(cup.count))
        #expect(!changed.isEmpty)
    }

    @Test func `the object's own alpha is its mask where no other is given`() throws {
        let cut = ["--painting", Fixture.painting, "--object", Fixture.cupWithAlpha]
        #expect(try stage(cut + ["--at", "10,20"]) == stage(Fixture.sample + ["--at", "10,20"]))
    }

    @Test func `a given mask goes before the object's alpha`() throws {
        let white = try folder.writeGrey(1, width: 110, height: 100, to: "white.png")
        let cut = ["--painting", Fixture.painting, "--object", Fixture.cupWithAlpha]
        let whole = try changed(cut + ["--mask", white])
        #expect(try whole.count > changed(cut).count)
    }

    @Test func `object and mask of the painting's size are used as they are`() throws {
        let framed = [
            "--painting", Fixture.painting, "--object", Fixture.path("framed-cup.png"), "--mask",
            Fixture.path("framed-mask.png"),
        ]
        #expect(try stage(framed) == stage(Fixture.sample + ["--at", "105,70"]))
    }

    @Test func `--scale makes the object that many times as large`() throws {
        let small = try changed(Fixture.sample + ["--at", "20,30", "--scale", "0.5"])
        // 55×50 pixels and what the blur adds.
        let columns = small.map { $0 % 240 }, rows = small.map { $0 / 240 }
        #expect(columns.allSatisfy { 17..<78 ~= $0 } && rows.allSatisfy { 27..<83 ~= $0 })
        let full = try changed(Fixture.sample + ["--at", "20,30"])
        let ratio = Double(small.count) / Double(full.count)
        #expect(0.2 < ratio && ratio < 0.35, "\(ratio)")
    }

    @Test func `--scale 1 changes nothing`() throws {
        #expect(try stage(Fixture.sample + ["--scale", "1.0"]) == stage(Fixture.sample))
    }

    @Test func `a loose mask may have the object's size`() throws {
        // What is white around the cup may change; the blend shows no more of it than before.
        let loose = try folder.writeGrey(1, width: 110, height: 100, to: "loose.png")
        let changed = try changed(Fixture.sample + ["--at", "105,70", "--loose-mask", loose])
        #expect(try changed.isSubset(of: Fixture.pixels(x: 105, y: 70).changeable))
    }
}
