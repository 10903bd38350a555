internal import Foundation
public import Tensors

/// The hyperbolic tangent, element by element; dy/dx = 1 − y².
public struct Tanh: FunctionNode {
    /// A hyperbolic tangent.
    public init() {}

    /// See ``FunctionNode/forward(_:wanted:)``.
    public func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Tensor?) {
        SmoothFunction.forward(&inputs, wanted) { tanh($0) }
    }

    /// See ``FunctionNode/backward(_:saved:)``.
    public func backward(_ outputGradient: consuming Tensor, saved: Tensor?) -> [Tensor?] {
        SmoothFunction.backward(outputGradient, saved) { 1 - $0 * $0 }
    }
}
