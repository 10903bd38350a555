package import Tensors

/// Gives the features the style's distribution: the mean of (F − remapped F)² over the counted positions and the
/// channels, divided by the number of taps; the remapped values are constants of the gradient (Luan et al. 2018, eq. 5).
package struct HistogramLoss: Sendable {
    private let remap: HistogramRemap
    private let positions: [Int]
    private let taps: Int

    /// The loss of the features at `positions` towards `remap` of themselves, one of `taps` taps.
    package init(remap: HistogramRemap, positions: [Int], taps: Int) {
        self.remap = remap
        self.positions = positions
        self.taps = taps
    }

    /// The value at `features`; the gradient is 2·(F − remapped F) / (n·C·taps).
    package func callAsFunction(_ features: Tensor, weight: Float = 1, into gradient: inout Tensor) -> Double {
        let values = features.rows(positions).transposed()
        var difference = Tensor.combination([values, remap(values)], [1, -1])
        let norm = 1 / (Double(difference.count) * Double(taps))
        let value = difference.dot(difference) * norm
        difference.scale(by: weight * Float(2 * norm))
        gradient.addRows(difference.transposed(), at: positions)
        return value
    }
}
