public import Tensors

/// A minimisation between two steps, with all state that it needs to continue with the same bits.
public struct Minimization: Sendable {
    /// The current point.
    public private(set) var x: Tensor
    /// The point with the least value of those that were evaluated, if any value was finite.
    public private(set) var best: Best?
    /// The optimizer with its state.
    public private(set) var optimizer: any Optimizer
    /// The number of evaluations so far.
    public private(set) var spent: Int

    /// A point, and the function's value there.
    public struct Best: Sendable {
        /// The point.
        public let x: Tensor
        /// The value.
        public let value: Double

        /// The point and the value.
        public init(x: Tensor, value: Double) { (self.x, self.value) = (x, value) }
    }

    /// The outcome of a minimisation.
    public struct Outcome: Sendable {
        /// The point with the least value; the last one where no value was finite.
        public let x: Tensor
        /// The value there; NaN where none was finite.
        public let value: Double
        /// The number of evaluations spent.
        public let evaluations: Int
        /// Why it ended.
        public let ended: StopReason
    }

    /// A minimisation before its first step, or one restored from its parts.
    public init(from x: Tensor, by optimizer: any Optimizer, best: Best? = nil, spent: Int = 0) {
        (self.x, self.optimizer, self.best, self.spent) = (x, optimizer, best, spent)
    }

    /// Minimises `objective` with at most `evaluations` calls (at least one), earlier ones included. Each returns the
    /// value and the gradient, of x's shape, at a point.
    ///
    /// Calls `isCancelled` after each evaluation, and ends where it is true. Calls `stepped` before each step but the
    /// first with a copy that would continue with the same bits.
    public mutating func run(
        evaluations: Int, isCancelled: () -> Bool = { false }, stepped: (Minimization) -> Void = { _ in },
        _ objective: (Tensor) -> (value: Double, gradient: Tensor)
    ) -> Outcome {
        var (x, optimizer, best, spent) = (x, optimizer, best, spent)
        /// Why no further evaluation may be made, if so.
        func ended() -> StopReason? {
            spent == 0 ? nil : isCancelled() ? .cancelled : spent >= evaluations ? .iterations : nil
        }
        var ending = ended()
        while ending == nil {
            if spent > 0 { stepped(Minimization(from: x, by: optimizer, best: best, spent: spent)) }
            let stop = optimizer.step(&x) { point in
                guard ended() == nil else { return nil }
                let (value, gradient) = objective(point)
                spent += 1
                if value.isFinite, value < best?.value ?? .infinity { best = Best(x: point, value: value) }
                return (value, gradient)
            }
            ending = stop ?? ended()
        }
        self = Minimization(from: x, by: optimizer, best: best, spent: spent)
        return Outcome(
            x: best?.x ?? x, value: best?.value ?? .nan, evaluations: spent, ended: ending ?? .iterations)
    }
}
