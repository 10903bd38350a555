package import Tensors

/// Gradient descent with a rate η, and with momentum μ: v ← μ·v + g, x ← x − η·v (Polyak 1964), or after Nesterov (1983), as
/// Sutskever, Martens, Dahl and Hinton (2013) have it, x ← x − η·(g + μ·v). It begins with v = g.
package struct GradientDescent: GradientMethod {
    /// η.
    package var rate: Double
    /// μ, in 0 ..< 1; with 0 there is none.
    package let momentum: Double
    /// Whether the momentum is Nesterov's.
    package let isNesterov: Bool
    private var velocity: Tensor?

    /// A descent.
    package init(rate: Double, momentum: Double = 0, isNesterov: Bool = false) {
        (self.rate, self.momentum, self.isNesterov) = (rate, momentum, isNesterov)
    }

    package mutating func move(_ x: inout Tensor, by gradient: Tensor) {
        guard momentum > 0 else { return x.add(gradient, times: Float(-rate)) }
        let velocity = velocity.map { Tensor.combination([$0, gradient], [Float(momentum), 1]) } ?? gradient
        self.velocity = velocity
        x.add(velocity, times: Float(isNesterov ? -rate * momentum : -rate))
        if isNesterov { x.add(gradient, times: Float(-rate)) }
    }

    package var memory: OptimizerMemory { OptimizerMemory(vectors: velocity.map { [$0] } ?? []) }

    package func remembering(_ memory: OptimizerMemory) -> Self? {
        guard memory.numbers.isEmpty, memory.vectors.count <= (momentum > 0 ? 1 : 0) else { return nil }
        var result = self
        result.velocity = memory.vectors.first
        return result
    }
}
