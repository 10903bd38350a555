package import Tensors

/// A way to a minimum of a function of a vector, one step at a time.
///
/// An optimizer is a value, which holds what it has learned on its way: a copy goes on as the original would have.
package protocol Optimizer: Sendable {
    /// Moves `x` one step on, and returns why there is no going on, if so.
    ///
    /// `evaluate` gives the function's value and gradient at a point: L-BFGS asks as often as its search needs, all others
    /// once, where they stand. Where it gives nil, no more evaluations may be made: the step ends, and `x` stays.
    mutating func step(_ x: inout Tensor, _ evaluate: (Tensor) -> (value: Double, gradient: Tensor)?) -> Ending?

    /// What it has learned.
    var memory: OptimizerMemory { get }

    /// The same optimizer with what another one had learned; nil where that was one of another kind.
    func remembering(_ memory: OptimizerMemory) -> Self?
}

/// What an optimizer has learned on its way, in plain vectors, each of the count of x, and numbers: for a file.
package struct OptimizerMemory: Sendable {
    package var vectors: [Tensor] = []
    package var numbers: [Double] = []

    /// Nothing, unless said otherwise.
    package init(vectors: [Tensor] = [], numbers: [Double] = []) { (self.vectors, self.numbers) = (vectors, numbers) }
}

extension Optimizer {
    /// Minimises `objective` from `start`: see ``Minimization/run(evaluations:isCancelled:stepped:_:)``.
    package func minimize(
        from start: Tensor, evaluations: Int, isCancelled: () -> Bool = { false },
        stepped: (Minimization) -> Void = { _ in }, _ objective: (Tensor) -> (value: Double, gradient: Tensor)
    ) -> Minimization.Outcome {
        var minimization = Minimization(from: start, by: self)
        return minimization.run(evaluations: evaluations, isCancelled: isCancelled, stepped: stepped, objective)
    }
}
