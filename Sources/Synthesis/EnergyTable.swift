internal import Imaging

/// The stroke energy to aim at for a lightness: a quantile of the painting's energies at that lightness.
struct EnergyTable {
    /// The lightnesses in ascending order, and the energy at each.
    private let lightness, energy: [Float]

    private static let bins = 12, sampleStep = 7

    /// The table of a painting's `energies` at its `lightness`: 12 bins of equally many pixels.
    init(_ energies: FloatBuffer, at lightness: FloatBuffer, quantile: Double) {
        let samples = stride(from: 0, to: energies.count, by: Self.sampleStep)
            .map { (lightness[$0], energies[$0]) }.sorted { $0.0 < $1.0 }
        var entries: [(Float, Float)] = []
        for bin in 0..<Self.bins {
            let part = samples[samples.count * bin / Self.bins..<samples.count * (bin + 1) / Self.bins]
            guard let first = part.first, let last = part.last else { continue }
            let sorted = part.map(\.1).sorted()
            entries.append(((first.0 + last.0) / 2, sorted[Int(quantile * Double(sorted.count - 1))]))
        }
        (self.lightness, energy) = (entries.map(\.0), entries.map(\.1))
    }

    /// The energy at a lightness, linear between the bins' middles.
    subscript(value: Float) -> Float {
        guard let last = lightness.indices.last else { return 0 }
        let next = lightness.firstIndex { $0 >= value } ?? last
        guard next > 0, lightness[next] > value else { return energy[next] }
        let t = (value - lightness[next - 1]) / (lightness[next] - lightness[next - 1])
        return energy[next - 1] + t * (energy[next] - energy[next - 1])
    }
}
