import Imaging
import Testing

@testable import Synthesis

@Suite struct EnergyTableTests {
    /// The table's entries by their definition: of every seventh pixel in ascending order of lightness, 12 parts.
    private func entries(_ energies: [Float], _ lightness: [Float], _ quantile: Double) -> [(Float, Float)] {
        let samples = energies.indices.filter { $0 % 7 == 0 }.map { (lightness[$0], energies[$0]) }
            .sorted { $0.0 < $1.0 }
        return (0..<12).compactMap { bin in
            let part = samples[samples.count * bin / 12..<samples.count * (bin + 1) / 12]
            guard let first = part.first, let last = part.last else { return nil }
            let sorted = part.map(\.1).sorted()
            return ((first.0 + last.0) / 2, sorted[Int(quantile * Double(sorted.count - 1))])
        }
    }

    private func random(_ count: Int, _ range: ClosedRange<Float>, seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in .random(in: range, using: &generator) }
    }

    @Test(arguments: [1, 7, 8, 50, 84, 85, 3000], [0, 0.5, 0.7, 1])
    func `the energy at a lightness is the quantile of its bin`(count: Int, quantile: Double) {
        let lightness = random(count, 0...100, seed: 1), energies = random(count, 0...20, seed: 2)
        let table = EnergyTable(FloatBuffer(energies), at: FloatBuffer(lightness), quantile: quantile)
        let expected = entries(energies, lightness, quantile)
        for (value, energy) in expected { #expect(table[value] == energy) }
        if let first = expected.first, let last = expected.last {
            #expect(table[-10] == first.1 && table[110] == last.1)
        }
        for (a, b) in zip(expected, expected.dropFirst()) {
            #expect(abs(table[(a.0 + b.0) / 2] - (a.1 + b.1) / 2) < 1e-3)
        }
    }

    @Test func `between bins the energy is monotone and never beyond theirs`() {
        let lightness = random(2000, 0...100, seed: 3)
        // Energies that rise with the lightness.
        let rising = EnergyTable(
            FloatBuffer(lightness.map { $0 / 10 }), at: FloatBuffer(lightness), quantile: 0.7)
        let values = (0...1000).map { rising[Float($0) / 10] }
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 })
        // Any energies.
        let energies = random(2000, 0...20, seed: 4)
        let table = EnergyTable(FloatBuffer(energies), at: FloatBuffer(lightness), quantile: 0.7)
        let bins = entries(energies, lightness, 0.7)
        for (a, b) in zip(bins, bins.dropFirst()) {
            let steps = (0...20).map { table[a.0 + (b.0 - a.0) * Float($0) / 20] }
            #expect(steps.allSatisfy { min(a.1, b.1) - 1e-5...max(a.1, b.1) + 1e-5 ~= $0 })
            let signs = zip(steps, steps.dropFirst()).map { $1 - $0 }
            #expect(signs.allSatisfy { $0 <= 1e-5 } || signs.allSatisfy { $0 >= -1e-5 })
        }
    }

    @Test func `one lightness, none, and one that is not a number give a number`() {
        let flat = FloatBuffer(repeating: 50, count: 500)
        let table = EnergyTable(FloatBuffer((0..<500).map { Float($0 % 9) }), at: flat, quantile: 0.7)
        for value in [0, 49.9, 50, 50.1, 100, .nan, .infinity, -.infinity] as [Float] {
            #expect(0...8 ~= table[value])
        }
        #expect(EnergyTable([], at: [], quantile: 0.7)[50] == 0)
    }
}
