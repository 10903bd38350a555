package import Imaging
package import Tensors

/// Smooths: Σ of the squared differences of vertical and horizontal neighbours of D·x, over 3·ΣD.
package struct TotalVariation: Sendable {
    private let mask: Mask
    private let total: Double

    /// The loss under the loose mask D, 0 or 1.
    package init(mask: Mask) {
        self.mask = mask
        total = mask.values.total
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
