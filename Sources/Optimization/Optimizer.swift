public import Tensors

/// A method that minimises a function of a vector, one step at a time.
///
/// An optimizer is a value that holds its own state: a copy of it continues as the original would.
///
///     var x = Tensor(shape: [2], values: [3, -4]), adam = Adam(learningRate: 0.1)
///     for _ in 0..<100 { _ = adam.step(&x) { x in (value: x.dot(x) / 2, gradient: x) } }
public protocol Optimizer: Sendable {
    /// Moves `x` by one step; returns a reason where no further step is to follow.
    ///
    /// `evaluate` gives the function's value and gradient (of x's shape) at a point. L-BFGS calls it as often as its
    /// line search needs, all others once, at `x`. Where it gives nil, no more evaluations are available: the step
    /// ends, and `x` stays.
    mutating func step(_ x: inout Tensor, _ evaluate: (Tensor) -> (value: Double, gradient: Tensor)?) -> StopReason?

    /// The state so far.
    var state: OptimizerState { get }

    /// This optimizer with the state of another one; nil for the state of another kind.
    func restored(from state: OptimizerState) -> Self?
}

/// The state of an optimizer in plain vectors, each of x's count, and numbers: the form in which it is stored.
public struct OptimizerState: Sendable {
    /// Moments, gradients or pairs, in an order of the optimizer's own.
    public var vectors: [Tensor]
    /// Counts and values, likewise.
    public var numbers: [Double]

    /// The given state; by default the one before the first step.
    public init(vectors: [Tensor] = [], numbers: [Double] = []) { (self.vectors, self.numbers) = (vectors, numbers) }
}

/// The reason why a minimisation ended.
public enum StopReason: String, Codable, Sendable {
    /// All evaluations were spent.
    case iterations
    /// The gradient vanished, or steps no longer lowered the value.
    case converged
    /// The value or gradient was not finite, at the start or at all points of a line search.
    case nonFinite = "non-finite"
    /// The caller cancelled it.
    case cancelled
}

extension Optimizer {
    /// Minimises `objective` from `start`: see ``Minimization/run(evaluations:isCancelled:stepped:_:)``.
    ///
    ///     let outcome = LBFGS().minimize(from: Tensor(shape: [2], values: [-1.2, 1]), evaluations: 60) { x in
    ///         (value: rosenbrock(x), gradient: rosenbrockGradient(x))
    ///     }
    public func minimize(
        from start: Tensor, evaluations: Int, isCancelled: () -> Bool = { false },
        stepped: (Minimization) -> Void = { _ in }, _ objective: (Tensor) -> (value: Double, gradient: Tensor)
    ) -> Minimization.Outcome {
        var minimization = Minimization(from: start, by: self)
        return minimization.run(evaluations: evaluations, isCancelled: isCancelled, stepped: stepped, objective)
    }
}
