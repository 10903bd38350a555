package import Geometry
package import Tensors

/// pool(max(k ∗ x + b, 0)): a 3×3 convolution of stride 1 with constant kernel and bias, its ReLU and, optionally, a
/// 2×2 pooling, fused into one node.
///
/// Equal to ``Convolution``, ``ReLU`` and ``PoolingLayer`` in sequence, without storing the maps between them; the
/// gradient needs one bit per value.
package struct RectifiedConvolution: FunctionNode {
    /// The output channels.
    package let channels: Int

    private let forward, backward: PreparedKernel
    private let bias: Tensor
    /// The factor of the convolution, before its bias is added.
    private var gain: Float = 1
    private let pooling: Pooling?
    private var place: Place?

    /// The constant map around the input (nil: zeros) and the wanted part of the output.
    private struct Place {
        let halo: Halo?
        let window: PreparedKernel.Window
    }

    /// The convolution with `kernel` (3×3×C×N) and `bias` (N), zero-padded to keep the size.
    package init(kernel: Tensor, bias: Tensor, pooling: Pooling?) {
        channels = kernel.shape[3]
        forward = PreparedKernel(kernel)
        backward = PreparedKernel(Self.turned(kernel))
        self.bias = bias
        self.pooling = pooling
    }

    /// The kernel turned by 180° with its channel axes swapped: K×K×N×C from K×K×C×N. A convolution of stride 1 with it
    /// is the input gradient of that with `kernel`.
    package static func turned(_ kernel: Tensor) -> Tensor {
        let (k, c, n) = (kernel.shape[0], kernel.shape[2], kernel.shape[3])
        return Tensor(shape: [k, k, n, c]) { out in
            kernel.read { source in
                parallelFor(k * k) { tap in
                    let from = source + (k * k - 1 - tap) * c * n
                    let to = out + tap * c * n
                    for j in 0..<n { for i in 0..<c { to[j * c + i] = from[i * n + j] } }
                }
            }
        }
    }

    /// The convolution with its input multiplied by `input` and its output by `output`, both positive, at no cost.
    package func scaled(input: Float, output: Float) -> RectifiedConvolution {
        var bias = bias
        bias.scale(by: output)
        var result = RectifiedConvolution(self, bias: bias)
        result.gain *= input * output
        return result
    }

    private init(_ other: RectifiedConvolution, bias: Tensor) {
        (channels, forward, backward, pooling) = (other.channels, other.forward, other.backward, other.pooling)
        (gain, place) = (other.gain, other.place)
        self.bias = bias
    }

    /// The convolution of inputs that cover `inner` of the map `constant`, zeros beyond its edges, at the positions
    /// `outer` of its output before pooling, which `constant` determines beyond one position around `inner`.
    package func laid(_ inner: Region, in constant: Tensor, giving outer: Region) -> RectifiedConvolution {
        let seen = outer.grown(by: 1)
        func covered(_ inner: Range<Int>, _ seen: Range<Int>) -> Range<Int> {
            inner.lowerBound - seen.lowerBound..<inner.upperBound - seen.lowerBound
        }
        let halo = Halo(
            seen.part(of: constant), covered: covered(inner.rows, seen.rows), covered(inner.columns, seen.columns))
        let window = PreparedKernel.Window(
            top: seen.rows.lowerBound - inner.rows.lowerBound, left: seen.columns.lowerBound - inner.columns.lowerBound,
            height: outer.rows.count, width: outer.columns.count)
        var result = self
        result.place = Place(halo: halo, window: window)
        return result
    }

    /// The convolution at the outputs of `window` alone, before pooling, with zeros around the input.
    package func giving(_ window: PreparedKernel.Window) -> RectifiedConvolution {
        var result = self
        result.place = Place(halo: nil, window: window)
        return result
    }

    /// The input's extent, the output's place and its activation mask.
    package struct Saved {
        let height, width: Int
        let window: PreparedKernel.Window
        let mask: PreparedKernel.ActivationMask?
    }

    package func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Saved) {
        let x = inputs[0]
        let window = place?.window ?? .same(x)
        let reduction: PreparedKernel.Reduction =
            switch pooling {
            case nil: .none
            case .average: .average
            case .max: .max
            }
        let (output, mask) = forward.rectified(
            x, in: place?.halo, window: window, gain: gain, bias: bias, reduction: reduction, recording: wanted[0])
        return (output, Saved(height: x.shape[0], width: x.shape[1], window: window, mask: mask))
    }

    package func backward(_ outputGradient: consuming Tensor, saved: Saved) -> [Tensor?] {
        guard let mask = saved.mask else { return [nil] }
        // Output i depends on inputs i + top … i + top + 2, so input j affects outputs j − top − 2 … j − top.
        let window = PreparedKernel.Window(
            top: -saved.window.top - 2, left: -saved.window.left - 2, height: saved.height, width: saved.width)
        return [backward.correlated(outputGradient, through: mask, window: window, gain: gain)]
    }
}
