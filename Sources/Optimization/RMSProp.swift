package import Tensors

/// Gradient descent that divides by what gradients were lately: v ← α·v + (1 − α)·g², x ← x − η·g / (√v + ε), element by
/// element (Tieleman and Hinton 2012). It begins with v = 0.
package struct RMSProp: GradientMethod {
    /// η.
    package var rate: Double
    /// α.
    package let decay: Double
    /// ε.
    package let epsilon: Double
    private var squares: Tensor?

    /// A descent.
    package init(rate: Double, decay: Double = 0.99, epsilon: Double = 1e-8) {
        (self.rate, self.decay, self.epsilon) = (rate, decay, epsilon)
    }

    package mutating func move(_ x: inout Tensor, by gradient: Tensor) {
        var squares = squares ?? Tensor(shape: x.shape, repeating: 0)
        squares.average(squaresOf: gradient, keeping: Float(decay))
        x.add(gradient, times: Float(-rate), overRootOf: squares, plus: Float(epsilon))
        self.squares = squares
    }

    package var memory: OptimizerMemory { OptimizerMemory(vectors: squares.map { [$0] } ?? []) }

    package func remembering(_ memory: OptimizerMemory) -> Self? {
        guard memory.numbers.isEmpty, memory.vectors.count <= 1 else { return nil }
        var result = self
        result.squares = memory.vectors.first
        return result
    }
}
