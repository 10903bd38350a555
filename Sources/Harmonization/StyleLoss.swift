package import Imaging
package import Tensors

/// The style loss: the mean over the C² entries of (G(F, D) − G_style)², times the tap's weight in the mean over taps
/// (Luan et al. 2018, eq. 3, with features divided by the tap scale).
package struct StyleLoss: Sendable {
    private let target: Tensor
    private let positions: [Int]
    private let mask: [Float]
    private let total: Double
    private let part: Double

    /// The loss towards the Gram matrix `target` (C×C) under `mask` (H×W), with the tap's weight `part` in the mean.
    package init(target: Tensor, mask: Mask, part: Double) {
        self.target = target
        self.part = part
        positions = mask.positions
        self.mask = positions.map { mask.values[$0] }
        total = self.mask.total
    }

    /// The unweighted value at `features` (H×W×C); adds `weight`·4·part·m²·F·(G − G_style) / (C²·Σm) to `gradient`.
    package func callAsFunction(_ features: Tensor, weight: Float = 1, into gradient: inout Tensor) -> Double {
        let channels = features.shape[2]
        precondition(target.shape == [channels, channels], "a Gram matrix \(target.shape) for \(channels) channels")
        // Both products skip the positions outside the mask.
        var difference = Gram.matrix(features, at: positions, times: mask, total: total)
        difference.add(target, times: -1)
        let norm = part / Double(channels * channels)
        for part in Gram.parts(of: positions.count) {
            let (positions, mask) = (Array(positions[part]), Array(mask[part]))
            let rows = features.rows(positions, times: mask)
                .product(difference, times: weight * Float(4 * norm / total))
            gradient.addRows(rows, at: positions, times: mask)
        }
        return difference.dot(difference) * norm
    }
}
