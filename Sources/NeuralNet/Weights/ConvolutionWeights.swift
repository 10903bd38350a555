public import Tensors

/// The parameters of one convolution: y[o] = bias[o] + Σ weights[o][i][u][v] · x[i][u][v].
public struct ConvolutionWeights: Equatable, Sendable {
    /// The shape of a convolution's kernels.
    public struct Shape: Equatable, Sendable {
        /// The numbers of output and input channels.
        public let out, `in`: Int

        /// The height and width of a kernel.
        public let kh, kw: Int

        /// `out` kernels over `in` channels, of `kh` rows and `kw` columns.
        public init(out: Int, in: Int, kh: Int = 3, kw: Int = 3) {
            self.out = out
            self.in = `in`
            self.kh = kh
            self.kw = kw
        }

        /// [`out`, `in`, `kh`, `kw`].
        public var dimensions: [Int] { [out, `in`, kh, kw] }
    }

    /// The layer's name in VGG16 or VGG19: `conv1_1` … `conv5_4`.
    public let name: String

    /// The shape of the kernels.
    public let shape: Shape

    /// The kernels, [out][in][kh][kw], row-major.
    public let weights: [Float]

    /// The biases of the output channels, [out].
    public let bias: [Float]

    /// A convolution with its parameters.
    ///
    /// - Parameters:
    ///   - name: The layer's name in VGG16, such as `conv1_1`.
    ///   - shape: The shape of the kernels.
    ///   - weights: The kernels, out·in·kh·kw values, row-major.
    ///   - bias: The biases of the output channels, out values.
    public init(name: String, shape: Shape, weights: [Float], bias: [Float]) {
        let count = shape.dimensions.reduce(1, *)
        precondition(weights.count == count, "\(name): expected \(count) weights, got \(weights.count)")
        precondition(bias.count == shape.out, "\(name): expected \(shape.out) biases, got \(bias.count)")
        self.name = name
        self.shape = shape
        self.weights = weights
        self.bias = bias
    }
}

extension ConvolutionWeights {
    /// The weights in the layout of a layer's kernel: U×V×in×out, from [out][in][U][V].
    public var kernel: Tensor {
        let (n, c, taps) = (shape.out, shape.in, shape.kh * shape.kw)
        return Tensor(shape: [shape.kh, shape.kw, c, n]) { to in
            for o in 0..<n {
                for i in 0..<c {
                    for tap in 0..<taps { to[(tap * c + i) * n + o] = weights[(o * c + i) * taps + tap] }
                }
            }
        }
    }

    /// The parameters of a layer with `kernel` (U×V×in×out, or K×out with K = U·V·in) and `bias` (out).
    public init(name: String, shape: Shape, kernel: Tensor, bias: Tensor) {
        let (n, c, taps) = (shape.out, shape.in, shape.kh * shape.kw)
        precondition(kernel.count == n * c * taps, "a kernel of \(kernel.shape) is not \(shape.dimensions)")
        var weights = [Float](repeating: 0, count: kernel.count)
        kernel.read { from in
            for o in 0..<n {
                for i in 0..<c {
                    for tap in 0..<taps { weights[(o * c + i) * taps + tap] = from[(tap * c + i) * n + o] }
                }
            }
        }
        self.init(name: name, shape: shape, weights: weights, bias: Array(bias.values))
    }
}
