import Imaging
import Synthesis
import TestSupport
import Testing

@Suite struct StrokeEnergyTests {
    @Test(arguments: [(31, 23, 1.5), (40, 17, 3), (9, 50, 0.6), (5, 4, 3), (1, 1, 1)])
    func `the energy is the plain computation's`(width: Int, height: Int, sigma: Double) {
        let size = Size(width: width, height: height)
        let lightness = LabImage(Sample.painting(width, height, seed: 1)).lightness
        let energy = StrokeEnergy.plane(of: lightness, size: size, sigma: sigma)
        let expected = Plain.energy(double(lightness), size, sigma)
        let worst = zip(energy, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
        // The differences are of values of up to 100.
        #expect(worst < 1e-4, "\(worst)")
        let results = (1...3).map { threads in
            Parallel.with(threads: threads) { StrokeEnergy.plane(of: lightness, size: size, sigma: sigma) }
        }
        #expect(sameBits(results[0], results[1]) && sameBits(results[0], results[2]))
    }

    @Test func `flat paint has none, and stripes have their deviation`() {
        let size = Size(width: 30, height: 20)
        let flat = StrokeEnergy.plane(of: FloatBuffer(repeating: 63.7, count: 600), size: size, sigma: 1.5)
        #expect(flat.allSatisfy { $0 < 1e-4 })
        let stripes = FloatBuffer((0..<600).map { $0 % 2 == 0 ? 45 : 55 })
        let energy = StrokeEnergy.plane(of: stripes, size: size, sigma: 1.5)
        // ±5 about the mean.
        #expect(energy.allSatisfy { abs($0 - 5) < 0.01 })
    }
}

@Suite struct StrokeStrengthTests {
    /// Stripes of L = 50 ± `contrast`.
    private func stripes(_ width: Int, _ height: Int, _ contrast: Float) -> Image {
        var lab = LabImage(Sample.flat(width, height, SIMD3(repeating: 0.5)))
        for i in lab.a.indices {
            (lab.lightness[i], lab.a[i], lab.b[i]) = (50 + (i % width % 2 == 0 ? contrast : -contrast), 0, 0)
        }
        return Image(lab)
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    @Test func `the energy is the median of the plane, of a part of it for a region`() {
        let painting = Sample.painting(61, 44, seed: 1, noise: 0.01)
        let size = painting.size, plane = Plain.energy(double(LabImage(painting).lightness), size, 1.5 * 61 / 700)
        #expect(abs(StrokeStrength(of: painting).energy - median(plane)) < 1e-3)
        let region = Region(columns: 5..<30, rows: -4..<21)
        let part = plane.indices.filter { (5..<30).contains($0 % 61) && $0 / 61 < 21 }.map { plane[$0] }
        #expect(abs(StrokeStrength(of: painting, in: region).energy - median(part)) < 1e-3)
        // Nothing to measure: all is.
        let outside = Region(columns: 70..<80, rows: 0..<9)
        #expect(StrokeStrength(of: painting, in: outside) == StrokeStrength(of: painting))
    }

    @Test(arguments: [(0, 0), (2, 0), (2.9, 0.5), (3.6, 1), (10, 1)] as [(Float, Double)])
    func `the strength rises between the thresholds`(contrast: Float, strength: Double) {
        let result = StrokeStrength(of: stripes(700, 90, contrast))
        #expect(abs(result.energy - Double(contrast)) < 0.03 && abs(result.value - strength) < 0.03, "\(result)")
    }

    @Test func `a large painting is measured at 700 pixels, its region in its own pixels`() {
        // Noise on the right half; blocks of four pixels, which the reduction keeps.
        var generator = SeededGenerator(seed: 4)
        var painting = Sample.flat(1400, 300, SIMD3(repeating: 0.5))
        for y in stride(from: 0, to: 300, by: 4) {
            for x in stride(from: 700, to: 1400, by: 4) {
                let tone = Float.random(in: 0.2...0.8, using: &generator)
                for v in y..<y + 4 { for u in x..<x + 4 { painting[u, v] = SIMD3(repeating: tone) } }
            }
        }
        let right = StrokeStrength(of: painting, in: Region(columns: 750..<1400, rows: 0..<300))
        let left = StrokeStrength(of: painting, in: Region(columns: 0..<600, rows: 0..<300))
        #expect(right.value == 1 && left.value == 0 && left.energy < 0.01)
        let results = (1...3).map { threads in Parallel.with(threads: threads) { StrokeStrength(of: painting) } }
        #expect(results[0] == results[1] && results[0] == results[2])
    }
}
