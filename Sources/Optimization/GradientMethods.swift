internal import Foundation
public import Tensors

/// A first-order optimizer: evaluates once a step, at x, and moves x by the gradient there.
///
/// The function may differ from step to step, such as the loss of the next batch.
public protocol GradientMethod: Optimizer {
    /// The learning rate η, above 0.
    var learningRate: Double { get set }

    /// The share of the former direction that is kept in a step, in 0 ..< 1: μ of gradient descent and RMSProp, β₁ of
    /// Adam. It may change from step to step.
    var momentum: Double { get set }

    /// Moves `x` by a step for `gradient`, of the same shape.
    mutating func move(_ x: inout Tensor, by gradient: Tensor)
}

extension GradientMethod {
    /// Evaluates at `x` and moves it, unless the gradient vanishes or something is not finite.
    public mutating func step(
        _ x: inout Tensor, _ evaluate: (Tensor) -> (value: Double, gradient: Tensor)?
    ) -> StopReason? {
        guard let (value, gradient) = evaluate(x) else { return nil }
        let square = gradient.dot(gradient)
        guard value.isFinite, square.isFinite else { return .nonFinite }
        if square == 0 { return .converged }
        move(&x, by: gradient)
        return nil
    }
}

/// Gradient descent, x ← x − η·g; with momentum μ (Polyak 1964), v ← μ·v + g, x ← x − η·v; or with Nesterov's (1983),
/// as Sutskever, Martens, Dahl and Hinton (2013) write it, x ← x − η·(g + μ·v). The first v is g.
///
///     let sgd = GradientDescent(learningRate: 0.1), nesterov = GradientDescent(
///         learningRate: 0.02, momentum: 0.9, isNesterov: true)
public struct GradientDescent: GradientMethod {
    /// η, above 0.
    public var learningRate: Double
    /// μ in 0 ..< 1; 0 for none.
    public var momentum: Double
    /// Whether the momentum is Nesterov's.
    public let isNesterov: Bool
    private var velocity: Tensor?

    /// Gradient descent before its first step.
    public init(learningRate: Double, momentum: Double = 0, isNesterov: Bool = false) {
        (self.learningRate, self.momentum, self.isNesterov) = (learningRate, momentum, isNesterov)
    }

    /// See ``GradientMethod/move(_:by:)``.
    public mutating func move(_ x: inout Tensor, by gradient: Tensor) {
        guard momentum > 0 else {
            velocity = nil
            return x.add(gradient, times: Float(-learningRate))
        }
        let velocity = velocity.map { Tensor.combination([$0, gradient], [Float(momentum), 1]) } ?? gradient
        self.velocity = velocity
        x.add(velocity, times: Float(isNesterov ? -learningRate * momentum : -learningRate))
        if isNesterov { x.add(gradient, times: Float(-learningRate)) }
    }

    /// v, where there is momentum.
    public var state: OptimizerState { OptimizerState(vectors: velocity.map { [$0] } ?? []) }

    /// See ``Optimizer/restored(from:)``.
    public func restored(from state: OptimizerState) -> Self? {
        guard state.numbers.isEmpty, state.vectors.count <= (momentum > 0 ? 1 : 0) else { return nil }
        var result = self
        result.velocity = state.vectors.first
        return result
    }
}

/// RMSProp (Tieleman and Hinton 2012), element by element: v ← α·v + (1 − α)·g², x ← x − η·g / (√v + ε); with momentum
/// μ, as in PyTorch, u ← μ·u + g / (√v + ε), x ← x − η·u. The first v and u are 0.
public struct RMSProp: GradientMethod {
    /// η, above 0.
    public var learningRate: Double
    /// α in 0 ..< 1, the smoothing constant.
    public let alpha: Double
    /// ε, above 0.
    public let epsilon: Double
    /// μ in 0 ..< 1; 0 for none.
    public var momentum: Double
    private var squares, velocity: Tensor?

    /// RMSProp before its first step.
    public init(learningRate: Double, alpha: Double = 0.99, epsilon: Double = 1e-8, momentum: Double = 0) {
        (self.learningRate, self.alpha, self.epsilon, self.momentum) = (learningRate, alpha, epsilon, momentum)
    }

    /// See ``GradientMethod/move(_:by:)``.
    public mutating func move(_ x: inout Tensor, by gradient: Tensor) {
        var squares = squares ?? Tensor(shape: x.shape, repeating: 0)
        squares.average(squaresOf: gradient, keeping: Float(alpha))
        self.squares = squares
        guard momentum > 0 else {
            velocity = nil
            return x.add(gradient, times: Float(-learningRate), overRootOf: squares, plus: Float(epsilon))
        }
        var velocity =
            velocity.map { Tensor.combination([$0], [Float(momentum)]) } ?? Tensor(shape: x.shape, repeating: 0)
        velocity.add(gradient, times: 1, overRootOf: squares, plus: Float(epsilon))
        self.velocity = velocity
        x.add(velocity, times: Float(-learningRate))
    }

    /// v, and u where there is momentum.
    public var state: OptimizerState { OptimizerState(vectors: [squares, velocity].compactMap(\.self)) }

    /// See ``Optimizer/restored(from:)``.
    public func restored(from state: OptimizerState) -> Self? {
        guard state.numbers.isEmpty, state.vectors.isEmpty || state.vectors.count == (momentum > 0 ? 2 : 1) else {
            return nil
        }
        var result = self
        (result.squares, result.velocity) = (state.vectors.first, state.vectors.dropFirst().first)
        return result
    }
}

/// Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1), element by element and at
/// step t: m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², x ← x − η·m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1
/// − β₂ᵗ). The first m and v are 0.
///
///     let adam = Adam(learningRate: 0.001, betas: (0.9, 0.999))
public struct Adam: GradientMethod {
    /// η, above 0: about the change of each element in a step.
    public var learningRate: Double
    /// β₁ and β₂ in 0 ..< 1.
    public private(set) var betas: (first: Double, second: Double)
    /// β₁. In a step after which it changes, m̂ is taken with the new one, as PyTorch does.
    public var momentum: Double {
        get { betas.first }
        set { betas.first = newValue }
    }
    /// ε, above 0.
    public let epsilon: Double
    private var moments: (first: Tensor, second: Tensor)?
    private var steps = 0

    /// Adam before its first step.
    public init(
        learningRate: Double, betas: (first: Double, second: Double) = (0.9, 0.999), epsilon: Double = 1e-8
    ) {
        (self.learningRate, self.betas, self.epsilon) = (learningRate, betas, epsilon)
    }

    /// See ``GradientMethod/move(_:by:)``.
    public mutating func move(_ x: inout Tensor, by gradient: Tensor) {
        steps += 1
        let (first, second) = betas
        let zeros = Tensor(shape: x.shape, repeating: 0)
        var moments = moments ?? (zeros, zeros)
        moments.first = Tensor.combination([moments.first, gradient], [Float(first), Float(1 - first)])
        moments.second.average(squaresOf: gradient, keeping: Float(second))
        self.moments = moments
        // η·m̂ / (√v̂ + ε) = (η·√(1 − β₂ᵗ) / (1 − β₁ᵗ)) · m / (√v + ε·√(1 − β₂ᵗ))
        let root = (1 - pow(second, Double(steps))).squareRoot()
        x.add(
            moments.first, times: Float(-learningRate * root / (1 - pow(first, Double(steps)))),
            overRootOf: moments.second, plus: Float(epsilon * root))
    }

    /// m and v, and the number of steps.
    public var state: OptimizerState {
        OptimizerState(vectors: moments.map { [$0.first, $0.second] } ?? [], numbers: [Double(steps)])
    }

    /// See ``Optimizer/restored(from:)``.
    public func restored(from state: OptimizerState) -> Self? {
        guard let steps = state.numbers.first.flatMap({ Int(exactly: $0) }), state.numbers.count == 1, steps >= 0,
            state.vectors.count == (steps > 0 ? 2 : 0)
        else { return nil }
        var result = self
        (result.steps, result.moments) = (steps, steps > 0 ? (state.vectors[0], state.vectors[1]) : nil)
        return result
    }
}
