internal import Foundation
package import Tensors

/// The hyperbolic tangent, element by element; dy/dx = 1 − y².
package struct Tanh: FunctionNode {
    /// A hyperbolic tangent.
    package init() {}

    package func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Tensor?) {
        SmoothFunction.forward(&inputs, wanted) { tanh($0) }
    }

    package func backward(_ outputGradient: consuming Tensor, saved: Tensor?) -> [Tensor?] {
        SmoothFunction.backward(outputGradient, saved) { 1 - $0 * $0 }
    }
}
