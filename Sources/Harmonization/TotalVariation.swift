package import Imaging
package import Tensors

/// The total variation: Σ of the squared differences of vertical and horizontal neighbours in D·x, over 3·ΣD.
package struct TotalVariation: Sendable {
    private let mask: Mask
    private let total: Double

    /// The loss under the loose mask D, 0 or 1.
    package init(mask: Mask) {
        self.mask = mask
        total = mask.values.total
    }

    /// The unweighted value at `x` (H×W×3); adds `weight` times its gradient, which is 0 outside D, to `gradient`.
    package func callAsFunction(_ x: Tensor, weight: Float = 1, into gradient: inout Tensor) -> Double {
        precondition(x.shape == [mask.height, mask.width, 3], "expected a picture of \(mask.size), got \(x.shape)")
        let (w, h) = (mask.width, mask.height)
        let factor = weight * Float(2 / (3 * total))
        let sum = gradient.write { gradient in
            x.read { x in
                mask.values.read { mask in
                    parallelSum(h, inPartsOf: 16) { rows in
                        var sum = 0.0
                        for y in rows {
                            for i in y * w..<(y + 1) * w {
                                // The difference to a neighbour in D·x; each pair is counted at its first pixel.
                                func add(_ j: Int, counted: Bool) {
                                    let (mi, mj) = (mask[i], mask[j])
                                    guard mi != 0 || mj != 0 else { return }
                                    for c in 0..<3 {
                                        let difference = mi * x[3 * i + c] - mj * x[3 * j + c]
                                        if counted { sum += Double(difference * difference) }
                                        gradient[3 * i + c] += factor * mi * difference
                                    }
                                }
                                if i + 1 < (y + 1) * w { add(i + 1, counted: true) }
                                if y + 1 < h { add(i + w, counted: true) }
                                if i > y * w { add(i - 1, counted: false) }
                                if y > 0 { add(i - w, counted: false) }
                            }
                        }
                        return sum
                    }
                }
            }
        }
        return sum / (3 * total)
    }
}
