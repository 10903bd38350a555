internal import Foundation
public import Tensors

/// The cross-entropy of the softmax of scores with target probabilities: the loss of a classifier.
///
/// Inputs: scores (logits) x and target probabilities t, both N×K for N samples and K classes; t is usually one-hot.
/// Output: the scalar L = −(1/N)·Σ_n Σ_k t·log p, with the softmax p = e^x / Σ_k e^x of each row.
/// Gradients: ∂L/∂x = (p·Σ_k t − t)/N and ∂L/∂t = −log p / N, times the output's.
public struct SoftmaxCrossEntropy: FunctionNode {
    /// A loss.
    public init() {}

    /// log p, the targets, and whether each gradient is wanted.
    public struct Saved {
        let logarithms, targets: Tensor
        let wanted: [Bool]
    }

    /// See ``FunctionNode/forward(_:wanted:)``.
    public func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Saved) {
        let (scores, targets) = (inputs[0], inputs[1])
        precondition(
            scores.shape.count == 2 && scores.shape == targets.shape,
            "scores and targets are both N×K, got \(scores.shape) and \(targets.shape)")
        let logarithms = Self.logarithms(of: scores)
        let loss = -logarithms.dot(targets) / Double(scores.shape[0])
        return (
            Tensor(shape: [], values: [Float(loss)]),
            Saved(logarithms: logarithms, targets: targets, wanted: wanted)
        )
    }

    /// See ``FunctionNode/backward(_:saved:)``.
    public func backward(_ outputGradient: consuming Tensor, saved: Saved) -> [Tensor?] {
        let (n, k) = (saved.targets.shape[0], saved.targets.shape[1])
        let factor = outputGradient.read { $0[0] } / Float(n)
        let scoresGradient = Tensor(shape: [n, k]) { out in
            saved.logarithms.read { logarithms in
                saved.targets.read { t in
                    for row in 0..<n {
                        let range = row * k..<(row + 1) * k
                        let sum = range.reduce(0) { $0 + t[$1] }
                        for i in range { out[i] = factor * (sum * exp(logarithms[i]) - t[i]) }
                    }
                }
            }
        }
        var targetsGradient = saved.logarithms
        if saved.wanted[1] { targetsGradient.scale(by: -factor) }
        return [saved.wanted[0] ? scoresGradient : nil, saved.wanted[1] ? targetsGradient : nil]
    }

    /// The probabilities p of the classes for N×K scores.
    public static func probabilities(of scores: Tensor) -> Tensor {
        Tensor(shape: scores.shape, values: logarithms(of: scores).values.map { exp($0) })
    }

    /// log p = x − max x − log Σ e^(x − max x), which does not overflow.
    private static func logarithms(of scores: Tensor) -> Tensor {
        let (n, k) = (scores.shape[0], scores.shape[1])
        return Tensor(shape: [n, k]) { out in
            scores.read { x in
                for row in 0..<n {
                    let range = row * k..<(row + 1) * k
                    let largest = range.reduce(-Float.infinity) { max($0, x[$1]) }
                    let sum = range.reduce(0.0) { $0 + exp(Double(x[$1] - largest)) }
                    // −∞ times a target of 0 would be NaN.
                    for i in range { out[i] = max(-.greatestFiniteMagnitude, Float(Double(x[i] - largest) - log(sum))) }
                }
            }
        }
    }
}
