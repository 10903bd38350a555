public import Tensors

/// A differentiable function of tensors, computed by a node of a ``Graph``.
///
/// Parameters are inputs like any other. Forward saves only what the wanted gradients need: with frozen weights a
/// convolution saves no activations, a ReLU one bit per value and a max pooling two.
///
///     /// y = x²; dy/dx = 2·x
///     struct Square: FunctionNode {
///         func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Tensor) {
///             let x = inputs[0]
///             return (Tensor(shape: x.shape, values: x.values.map { $0 * $0 }), x)
///         }
///
///         func backward(_ outputGradient: consuming Tensor, saved x: Tensor) -> [Tensor?] {
///             [Tensor(shape: x.shape, values: zip(x.values, outputGradient.values).map { 2 * $0 * $1 })]
///         }
///     }
public protocol FunctionNode: Sendable {
    /// The values that forward saves for backward.
    associatedtype Saved

    /// The output for `inputs`, and the values that `backward` needs for those inputs whose gradient is `wanted`.
    ///
    /// The inputs are consumed: an input that is not shared may be overwritten by the output.
    func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Saved)

    /// The gradient of a scalar with respect to each input, of the input's shape, given that with respect to the
    /// output; nil for inputs whose gradient was not wanted.
    func backward(_ outputGradient: consuming Tensor, saved: Saved) -> [Tensor?]
}

extension FunctionNode {
    /// The output for `inputs`, without gradients.
    public func value(_ inputs: Tensor...) -> Tensor {
        forward(inputs, wanted: inputs.map { _ in false }).output
    }
}
