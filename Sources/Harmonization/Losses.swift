package import Imaging
package import Tensors

// Each loss knows its target. Called with features (H×W×C, scaled), it returns its value and adds `weight` times its
// gradient to `gradient`.

/// Keeps the object recognisable: Σ (D·(F − F_C))² / (C·ΣD), F_C the composite's features (Luan et al. 2018, eq. 2).
package struct ContentLoss: Sendable {
    private let target: Tensor
    private let mask: Mask
    private let total: Double

    /// The loss towards `target` (H×W×C) under `mask` (H×W).
    package init(target: Tensor, mask: Mask) {
        self.target = target
        self.mask = mask
        total = mask.values.reduce(0) { $0 + Double($1) }
    }

    /// The value at `features`; the gradient is 2·D²·(F − F_C) / (C·ΣD).
    package func callAsFunction(_ features: Tensor, weight: Float = 1, into gradient: inout Tensor) -> Double {
        precondition(features.shape == target.shape, "expected features \(target.shape), got \(features.shape)")
        let channels = features.shape[2]
        let norm = 1 / (Double(channels) * total)
        var sum = 0.0
        gradient.write { gradient in
            features.read { f in
                target.read { t in
                    for (position, m) in mask.values.enumerated() where m > 0 {
                        let factor = weight * Float(2 * norm) * m * m
                        var squares: Float = 0
                        for i in position * channels..<(position + 1) * channels {
                            let difference = f[i] - t[i]
                            squares += difference * difference
                            gradient[i] += factor * difference
                        }
                        sum += Double(m) * Double(m) * Double(squares)
                    }
                }
            }
        }
        return sum * norm
    }
}

/// The Gram matrix of masked features: (m·F)(m·F)ᵀ / Σm, C×C.
package enum Gram {
    /// The matrix of the rows of `features` (n×C), each weighed by its value of `mask`.
    package static func matrix(_ features: Tensor, mask: [Float]) -> Tensor {
        let rows = features.rows(Array(0..<mask.count), times: mask)
        var products = rows.columnProducts()
        products.scale(by: Float(1 / mask.reduce(0) { $0 + Double($1) }))
        return products
    }
}

/// Draws the texture of the style: the mean over the C² entries of (G(F, D) − G_style)², divided by the number of taps
/// (Luan et al. 2018, eq. 3, with features after the tap scale).
package struct StyleLoss: Sendable {
    private let target: Tensor
    private let positions: [Int]
    private let mask: [Float]
    private let total: Double
    private let taps: Int

    /// The loss towards the Gram matrix `target` under `mask` (H×W), one of `taps` taps.
    package init(target: Tensor, mask: Mask, taps: Int) {
        self.target = target
        self.taps = taps
        positions = mask.values.indices.filter { mask.values[$0] > 0 }
        self.mask = positions.map { mask.values[$0] }
        total = self.mask.reduce(0) { $0 + Double($1) }
    }

    /// The value at `features`; the gradient is 4·m²·F·(G − G_style) / (C²·taps·Σm).
    package func callAsFunction(_ features: Tensor, weight: Float = 1, into gradient: inout Tensor) -> Double {
        let channels = features.shape[2]
        precondition(target.shape == [channels, channels], "a Gram matrix \(target.shape) for \(channels) channels")
        // Only positions under the mask take part; the rest of the map is left out of both products.
        let masked = features.rows(positions, times: mask)
        var difference = masked.columnProducts()
        difference.scale(by: Float(1 / total))
        difference.add(target, times: -1)
        let norm = 1 / (Double(channels * channels) * Double(taps))
        let rows = masked.product(difference, times: weight * Float(4 * norm / total))
        gradient.addRows(rows, at: positions, times: mask)
        return difference.dot(difference) * norm
    }
}

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
        var difference = features.rows(positions)
        difference.add(remap(difference), times: -1)
        let norm = 1 / (Double(difference.count) * Double(taps))
        let value = difference.dot(difference) * norm
        difference.scale(by: weight * Float(2 * norm))
        gradient.addRows(difference, at: positions)
        return value
    }
}

/// Smooths: Σ of the squared differences of vertical and horizontal neighbours of D·x, over 3·ΣD.
package struct TotalVariation: Sendable {
    private let mask: Mask
    private let total: Double

    /// The loss under the loose mask D, 0 or 1.
    package init(mask: Mask) {
        self.mask = mask
        total = mask.values.reduce(0) { $0 + Double($1) }
    }

    /// The value at `x` (H×W×3); the gradient is masked by D.
    package func callAsFunction(_ x: Tensor, weight: Float = 1, into gradient: inout Tensor) -> Double {
        precondition(x.shape == [mask.height, mask.width, 3], "expected a picture of \(mask.size), got \(x.shape)")
        let (w, h) = (mask.width, mask.height)
        let factor = weight * Float(2 / (3 * total))
        var sum = 0.0
        gradient.write { gradient in
            x.read { x in
                mask.values.withUnsafeBufferPointer { mask in
                    func pair(_ i: Int, _ j: Int) {
                        let (mi, mj) = (mask[i], mask[j])
                        guard mi != 0 || mj != 0 else { return }
                        for c in 0..<3 {
                            let difference = mi * x[3 * i + c] - mj * x[3 * j + c]
                            sum += Double(difference * difference)
                            gradient[3 * i + c] += factor * mi * difference
                            gradient[3 * j + c] -= factor * mj * difference
                        }
                    }
                    for y in 0..<h {
                        for i in y * w..<(y + 1) * w {
                            if i + 1 < (y + 1) * w { pair(i, i + 1) }
                            if y + 1 < h { pair(i, i + w) }
                        }
                    }
                }
            }
        }
        return sum / (3 * total)
    }
}
