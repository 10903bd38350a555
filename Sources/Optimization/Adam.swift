internal import Foundation
package import Tensors

/// Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1), element by element and at step t:
/// m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², x ← x − η·m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ). It
/// begins with m = v = 0.
package struct Adam: GradientMethod {
    /// η: about how far each element moves in a step.
    package var rate: Double
    /// β₁ and β₂.
    package let decays: (first: Double, second: Double)
    /// ε.
    package let epsilon: Double
    private var moments: (first: Tensor, second: Tensor)?
    private var steps = 0

    /// A descent.
    package init(rate: Double, decays: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8) {
        (self.rate, self.decays, self.epsilon) = (rate, decays, epsilon)
    }

    package mutating func move(_ x: inout Tensor, by gradient: Tensor) {
        steps += 1
        let (first, second) = decays
        let zeros = Tensor(shape: x.shape, repeating: 0)
        var moments = moments ?? (zeros, zeros)
        moments.first = Tensor.combination([moments.first, gradient], [Float(first), Float(1 - first)])
        moments.second.average(squaresOf: gradient, keeping: Float(second))
        self.moments = moments
        // η·m̂ / (√v̂ + ε) = (η·√(1 − β₂ᵗ) / (1 − β₁ᵗ)) · m / (√v + ε·√(1 − β₂ᵗ))
        let root = (1 - pow(second, Double(steps))).squareRoot()
        x.add(
            moments.first, times: Float(-rate * root / (1 - pow(first, Double(steps)))), overRootOf: moments.second,
            plus: Float(epsilon * root))
    }

    package var memory: OptimizerMemory {
        OptimizerMemory(vectors: moments.map { [$0.first, $0.second] } ?? [], numbers: [Double(steps)])
    }

    package func remembering(_ memory: OptimizerMemory) -> Self? {
        guard let steps = memory.numbers.first.flatMap({ Int(exactly: $0) }), memory.numbers.count == 1, steps >= 0,
            memory.vectors.count == (steps > 0 ? 2 : 0)
        else { return nil }
        var result = self
        (result.steps, result.moments) = (steps, steps > 0 ? (memory.vectors[0], memory.vectors[1]) : nil)
        return result
    }
}
