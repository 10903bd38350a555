package import Imaging
package import Tensors

/// The content loss Σ (D·(F − F_C))² / (C·ΣD), F_C the composite's features and D the mask (Luan et al. 2018, eq. 2).
package struct ContentLoss: Sendable {
    private let target: Tensor
    private let mask: Mask
    private let total: Double

    /// The loss towards `target` (H×W×C) under `mask` (H×W).
    package init(target: Tensor, mask: Mask) {
        self.target = target
        self.mask = mask
        total = mask.values.total
    }

    /// The unweighted value at `features` (H×W×C); adds `weight`·2·D²·(F − F_C) / (C·ΣD) to `gradient`.
    package func callAsFunction(_ features: Tensor, weight: Float = 1, into gradient: inout Tensor) -> Double {
        precondition(features.shape == target.shape, "expected features \(target.shape), got \(features.shape)")
        let channels = features.shape[2]
        let norm = 1 / (Double(channels) * total)
        let sum = gradient.write { gradient in
            features.read { f in
                target.read { t in
                    mask.values.read { mask in
                        parallelSum(features.count / channels, inPartsOf: 256) { part in
                            var sum = 0.0
                            for position in part where mask[position] > 0 {
                                let m = mask[position]
                                let factor = weight * Float(2 * norm) * m * m
                                var squares: Float = 0
                                for i in position * channels..<(position + 1) * channels {
                                    let difference = f[i] - t[i]
                                    squares += difference * difference
                                    gradient[i] += factor * difference
                                }
                                sum += Double(m) * Double(m) * Double(squares)
                            }
                            return sum
                        }
                    }
                }
            }
        }
        return sum * norm
    }
}
