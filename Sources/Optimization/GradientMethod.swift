package import Tensors

/// An optimizer that evaluates once a step, where it stands, and moves by the gradient there.
///
/// Its function may be another one at each step, such as the loss of the next batch.
package protocol GradientMethod: Optimizer {
    /// η, which steps are in proportion to.
    var rate: Double { get set }

    /// Moves `x` by what `gradient` says.
    mutating func move(_ x: inout Tensor, by gradient: Tensor)
}

extension GradientMethod {
    /// Evaluates at `x` and moves it, unless the gradient vanishes or something is not finite.
    package mutating func step(
        _ x: inout Tensor, _ evaluate: (Tensor) -> (value: Double, gradient: Tensor)?
    ) -> Ending? {
        guard let (value, gradient) = evaluate(x) else { return nil }
        let square = gradient.dot(gradient)
        guard value.isFinite, square.isFinite else { return .nonFinite }
        if square == 0 { return .converged }
        move(&x, by: gradient)
        return nil
    }
}
