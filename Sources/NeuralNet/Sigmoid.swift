internal import Foundation
public import Tensors

/// The logistic function: y = 1 / (1 + e^−x), element by element; dy/dx = y·(1 − y).
public struct Sigmoid: FunctionNode {
    /// A logistic function.
    public init() {}

    /// See ``FunctionNode/forward(_:wanted:)``.
    public func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Tensor?) {
        SmoothFunction.forward(&inputs, wanted) { 1 / (1 + exp(-$0)) }
    }

    /// See ``FunctionNode/backward(_:saved:)``.
    public func backward(_ outputGradient: consuming Tensor, saved: Tensor?) -> [Tensor?] {
        SmoothFunction.backward(outputGradient, saved) { $0 * (1 - $0) }
    }
}
