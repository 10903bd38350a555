public import Tensors

/// A differentiable function of tensors: what a node of a ``Graph`` computes.
///
/// Forward and backward stand side by side. Parameters are inputs like any other; a caller who wants no gradient of an
/// input says so, and the function then keeps nothing for it. So with frozen weights a convolution keeps no
/// activations, a ReLU one bit a value and a max pooling two.
public protocol FunctionNode: Sendable {
    /// What forward keeps for backward, and nothing more.
    associatedtype Saved

    /// The output for `inputs`, and what `backward` needs for the inputs whose gradient is `wanted`.
    ///
    /// The inputs are consumed: one that nobody else holds may be overwritten by the output.
    func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Saved)

    /// The gradient of a scalar with respect to each input, given that with respect to the output; nil for those
    /// that were not wanted.
    func backward(_ outputGradient: consuming Tensor, saved: Saved) -> [Tensor?]
}

extension FunctionNode {
    /// The output for `inputs`, when no gradient will be asked for.
    public func value(_ inputs: Tensor...) -> Tensor {
        forward(inputs, wanted: inputs.map { _ in false }).output
    }
}
