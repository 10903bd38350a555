public import Tensors

/// A fully connected (dense) layer: y = x·k + b.
///
/// Inputs: x of shape N×K, a kernel of shape K×M and a bias of shape M. Output: N×M.
///
/// It is computed as the convolution of N maps of 1×1×K with a kernel of 1×1, gradients included.
public struct FullyConnected: FunctionNode {
    private let convolution = Convolution(padding: .valid)

    /// A layer.
    public init() {}

    /// See ``FunctionNode/forward(_:wanted:)``.
    public func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Convolution.Saved) {
        let (x, kernel, bias) = (inputs[0], inputs[1], inputs[2])
        precondition(
            x.shape.count == 2 && kernel.shape.count == 2 && x.shape[1] == kernel.shape[0],
            "a fully connected layer takes N×K, K×M and M, got \(x.shape), \(kernel.shape) and \(bias.shape)")
        let (output, saved) = convolution.forward(
            [x.reshaped([x.shape[0], 1, 1, x.shape[1]]), kernel.reshaped([1, 1] + kernel.shape), bias], wanted: wanted)
        return (output.reshaped([x.shape[0], kernel.shape[1]]), saved)
    }

    /// See ``FunctionNode/backward(_:saved:)``.
    public func backward(_ outputGradient: consuming Tensor, saved: Convolution.Saved) -> [Tensor?] {
        let (n, m) = (outputGradient.shape[0], outputGradient.shape[1])
        let gradients = convolution.backward(outputGradient.reshaped([n, 1, 1, m]), saved: saved)
        return [
            gradients[0].map { $0.reshaped([n, $0.count / n]) }, gradients[1].map { $0.reshaped([$0.count / m, m]) },
            gradients[2],
        ]
    }
}

/// Reshapes N maps of H×W×C to N rows of H·W·C values.
public struct Flattening: FunctionNode {
    /// A flattening.
    public init() {}

    /// See ``FunctionNode/forward(_:wanted:)``.
    public func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: [Int]) {
        let shape = inputs[0].shape
        precondition(shape.count > 1, "only several dimensions can be flattened, got \(shape)")
        return (inputs[0].reshaped([shape[0], shape[1...].reduce(1, *)]), shape)
    }

    /// See ``FunctionNode/backward(_:saved:)``.
    public func backward(_ outputGradient: consuming Tensor, saved: [Int]) -> [Tensor?] {
        [outputGradient.reshaped(saved)]
    }
}
