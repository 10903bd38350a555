import Files
import Foundation
import Harmonization
import Imaging
import Tensors
import TestSupport
import Testing

@Suite struct StyleLevelTests {
    private func picture(_ width: Int, _ height: Int, _ value: (Int, Int) -> SIMD3<Float>) -> Image {
        var image = Image(width: width, height: height, values: [Float](repeating: 0, count: 3 * width * height))
        for y in 0..<height { for x in 0..<width { image[x, y] = value(x, y) } }
        return image
    }

    private func noise(_ width: Int, _ height: Int, seed: UInt64) -> Image {
        var generator = SeededGenerator(seed: seed)
        return picture(width, height) { _, _ in SIMD3.random(in: 0...1, using: &generator) }
    }

    /// Large dark and bright areas, with fine stripes over both that run one way.
    private func poster(_ width: Int, _ height: Int, stripes: Float) -> Image {
        picture(width, height) { x, y in
            let area: Float = (x / 64 + y / 64) % 2 == 0 ? 0.25 : 0.75
            return SIMD3(repeating: area + stripes * Float((x + y) / 2 % 2))
        }
    }

    /// One of the sample's pictures.
    private func sample(_ name: String) throws -> Image {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..")
        return try Picture.read(FilePath(package.appending(path: "samples/\(name)").path)).flattened
    }

    @Test func `the named levels are 1, 5 and 10, the ends and near the middle of the range`() {
        #expect(StyleLevel.realist == .level(1))
        #expect(StyleLevel.impressionist == .level(5))
        #expect(StyleLevel.expressionist == .level(10))
        #expect(StyleLevel.range == 1...10)
    }

    @Test(
        "an estimate is a level, whatever the picture",
        arguments: [(1, 1), (1, 50), (50, 1), (2, 2), (3, 40), (64, 64), (130, 90), (800, 20)])
    func range(width: Int, height: Int) {
        let pictures = [
            noise(width, height, seed: 1),
            picture(width, height) { _, _ in .zero },
            picture(width, height) { _, _ in .one },
            picture(width, height) { _, _ in SIMD3(0.9, 0.2, 0.4) },
            picture(width, height) { x, _ in SIMD3(repeating: Float(x % 2)) },
            picture(width, height) { x, y in SIMD3(repeating: Float((x + y) / 3 % 2)) },
            picture(width, height) { x, y in SIMD3(repeating: (x / 8 + y / 8) % 2 == 0 ? 0 : 1) },
            poster(width, height, stripes: 0.04),
        ]
        for (i, picture) in pictures.enumerated() {
            let level = StyleLevel.estimate(of: picture)
            #expect(StyleLevel.range.contains(level), "\(level) of picture \(i)")  // false with NaN
        }
    }

    @Test func `a smooth picture is followed least, whichever way it runs`() {
        #expect(StyleLevel.estimate(of: picture(200, 150) { _, _ in SIMD3(0.3, 0.6, 0.1) }) == 1)
        #expect(StyleLevel.estimate(of: picture(200, 150) { x, y in SIMD3(repeating: Float(x + y) / 400) }) == 1)
    }

    @Test func `noise has no direction, and is followed least`() {
        for seed in 1...3 as ClosedRange<UInt64> {
            #expect(StyleLevel.estimate(of: noise(200, 150, seed: seed)) == 1)
        }
    }

    @Test func `rough marks that run one way are followed, the more so where flat areas meet`() {
        // Only stripes: rough and of one direction, but no areas to redraw.
        let stripes = StyleLevel.estimate(
            of: picture(256, 192) { x, y in SIMD3(repeating: Float((x + y) / 2 % 2) / 8) })
        let areas = StyleLevel.estimate(of: poster(256, 192, stripes: 0.06))
        #expect(stripes < 2 && areas > 5, "\(stripes), \(areas)")
    }

    @Test func `the faintest marks are not followed`() {
        // The same areas, with marks too faint to be strokes: most slopes are below 0.015.
        #expect(StyleLevel.estimate(of: poster(256, 192, stripes: 0.01)) == 1)
    }

    @Test func `The Starry Night is followed as Impressionism is, and a photograph hardly at all`() throws {
        let painting = StyleLevel.estimate(of: try sample("starry-night.jpg"))
        #expect((4...7).contains(painting), "\(painting)")
        let photograph = StyleLevel.estimate(of: try sample("coffee-cup.png"))
        #expect((1..<2).contains(photograph), "\(photograph)")
    }
}
