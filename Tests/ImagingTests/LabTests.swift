import Imaging
import Tensors
import TestSupport
import Testing

@Suite struct LabTests {
    private func image(_ colours: [SIMD3<Float>]) -> Image {
        Image(width: colours.count, height: 1, values: colours.flatMap { [$0.x, $0.y, $0.z] })
    }

    private func noise(width: Int, height: Int, in range: ClosedRange<Float> = 0...1, seed: UInt64 = 3) -> Image {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<3 * width * height).map { _ in Float.random(in: range, using: &generator) }
        return Image(width: width, height: height, values: values)
    }

    @Test(
        "colours have their published coordinates",
        arguments: [
            (SIMD3<Float>(1, 1, 1), 100.0, 0.0, 0.0), (SIMD3(0, 0, 0), 0, 0, 0),
            (SIMD3(1, 0, 0), 53.241, 80.092, 67.203),
            (SIMD3(0, 1, 0), 87.735, -86.183, 83.179), (SIMD3(0, 0, 1), 32.297, 79.188, -107.860),
            (SIMD3(1, 1, 0), 97.139, -21.554, 94.478), (SIMD3(0.5, 0.5, 0.5), 53.389, 0, 0),
            // On the straight pieces of both formulas: 24389/27 times 0.02/12.92.
            (SIMD3(0.02, 0.02, 0.02), 1.3983, 0, 0),
        ])
    func coordinates(colour: SIMD3<Float>, lightness: Double, a: Double, b: Double) {
        let lab = LabImage(image([colour]))
        #expect(abs(Double(lab.lightness[0]) - lightness) < 0.002)
        #expect(abs(Double(lab.a[0]) - a) < 0.004 && abs(Double(lab.b[0]) - b) < 0.004)
    }

    @Test("the way there and back changes nothing", arguments: [-0.2...1.3, 0...0.05, 0...1] as [ClosedRange<Float>])
    func roundTrip(range: ClosedRange<Float>) {
        let picture = noise(width: 61, height: 40, in: range)
        #expect(largestDifference(Image(LabImage(picture)), picture) < 5e-5)
    }

    @Test func `each pixel has its own place in the planes`() {
        let picture = noise(width: 7, height: 5)
        let lab = LabImage(picture)
        for (x, y) in [(0, 0), (6, 0), (3, 2), (6, 4)] {
            let alone = LabImage(image([picture[x, y]])), i = y * 7 + x
            #expect(lab.lightness[i] == alone.lightness[0] && lab.a[i] == alone.a[0] && lab.b[i] == alone.b[0])
        }
    }

    @Test func `greys have no colour`() {
        let lab = LabImage(image((0...255).map { SIMD3(repeating: Float($0) / 255) }))
        #expect(zip(lab.a, lab.b).allSatisfy { abs($0) + abs($1) < 1e-3 })
        #expect(zip(lab.lightness, lab.lightness.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func `a picture with its own colours stays, and one with another's has its lightness and their colours`() {
        // Dull colours of middle lightness: sRGB can show each with any other's lightness.
        let picture = noise(width: 20, height: 12, in: 0.45...0.55),
            other = noise(width: 20, height: 12, in: 0.4...0.6, seed: 8)
        #expect(largestDifference(picture.keepingColors(of: picture), picture) < 1e-5)
        let mixed = LabImage(picture.keepingColors(of: other)), (own, theirs) = (LabImage(picture), LabImage(other))
        #expect(Comparison(mixed.lightness, own.lightness).error < 1e-4)
        #expect(Comparison(mixed.a, theirs.a).error < 1e-4 && Comparison(mixed.b, theirs.b).error < 1e-4)
    }

    @Test func `colours that cannot be shown at a lightness are clamped`() {
        let white = image([SIMD3(1, 1, 1)]), blue = image([SIMD3(0, 0, 1)])
        let values = white.keepingColors(of: blue).values
        #expect(values.allSatisfy { (0...1).contains($0) } && values[2] == 1)
    }
}
