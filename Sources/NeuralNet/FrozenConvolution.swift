package import Tensors

/// A convolution whose kernel and bias are constants, as in ``Convolution``, prepared once for both directions.
///
/// 3×3 kernels whose channels are multiples of 16 take Winograd's way, all others that of ``Convolution``.
package struct FrozenConvolution: FunctionNode {
    /// The rows and columns of zeros around the input.
    package var padding: Int

    private let bias: Tensor
    private let forward, backward: PreparedKernel

    /// The convolution with `kernel` (K×K×C×N) and `bias` (N).
    package init(kernel: Tensor, bias: Tensor, padding: Int) {
        self.padding = padding
        self.bias = bias
        forward = PreparedKernel(kernel)
        backward = PreparedKernel(Convolution.turned(kernel))
    }

    package func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Void) {
        (forward.correlate(inputs[0], bias: bias, padding: padding), ())
    }

    package func backward(_ outputGradient: consuming Tensor, saved: Void) -> [Tensor?] {
        [backward.correlate(outputGradient, bias: nil, padding: backward.size - 1 - padding)]
    }
}

/// A kernel in the form that suits it.
private struct PreparedKernel: Sendable {
    private enum Form: Sendable {
        case plain(Tensor)
        case winograd(WinogradKernel)
    }

    /// The kernel's rows and columns.
    let size: Int
    private let form: Form

    init(_ kernel: Tensor) {
        size = kernel.shape[0]
        form = WinogradKernel(kernel).map(Form.winograd) ?? .plain(kernel)
    }

    func correlate(_ x: Tensor, bias: Tensor?, padding: Int) -> Tensor {
        switch form {
        case .plain(let kernel): Convolution.correlate(x, kernel, bias: bias, padding: padding)
        case .winograd(let kernel): kernel.correlate(x, bias: bias, padding: padding)
        }
    }
}
