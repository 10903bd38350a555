package import Tensors

/// A minimisation between two steps: all that it needs to go on as if it had never stopped.
package struct Minimization: Sendable {
    /// Where it stands.
    package private(set) var x: Tensor
    /// The point with the least value of those that were evaluated, if any value was finite.
    package private(set) var best: Best?
    /// The way it goes.
    package private(set) var optimizer: any Optimizer
    /// The evaluations that were spent.
    package private(set) var spent: Int

    /// A point, and the function's value there.
    package struct Best: Sendable {
        package let x: Tensor, value: Double

        package init(x: Tensor, value: Double) { (self.x, self.value) = (x, value) }
    }

    /// Where a minimisation ended.
    package struct Outcome: Sendable {
        /// The best point found, and the function's value there.
        package let x: Tensor, value: Double
        /// The number of evaluations spent.
        package let evaluations: Int
        /// Why it ended.
        package let ended: Ending
    }

    /// The beginning of a minimisation; or one that stood where the parts say.
    package init(from x: Tensor, by optimizer: any Optimizer, best: Best? = nil, spent: Int = 0) {
        (self.x, self.optimizer, self.best, self.spent) = (x, optimizer, best, spent)
    }

    /// Minimises `objective` with at most `evaluations` calls (at least one), those that were spent before included. Each
    /// returns the value and the gradient at a point of the count of x.
    ///
    /// Asks `isCancelled` after each evaluation, and ends there when it is true. Calls `stepped` before each step but the
    /// first: a minimisation from there goes the same way, to the bit.
    package mutating func run(
        evaluations: Int, isCancelled: () -> Bool = { false }, stepped: (Minimization) -> Void = { _ in },
        _ objective: (Tensor) -> (value: Double, gradient: Tensor)
    ) -> Outcome {
        var (x, optimizer, best, spent) = (x, optimizer, best, spent)
        /// Why no further evaluation may be made, if so.
        func ended() -> Ending? {
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
