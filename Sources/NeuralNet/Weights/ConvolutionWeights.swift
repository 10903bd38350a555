/// The parameters of one convolution: y[o] = bias[o] + Σ weights[o][i][u][v] · x[i][u][v].
public struct ConvolutionWeights: Equatable, Sendable {
    /// The sizes of a convolution's kernels.
    public struct Shape: Equatable, Sendable {
        /// The number of output channels and of input channels.
        public let out, `in`: Int

        /// The rows and columns of a kernel.
        public let kh, kw: Int

        /// `out` kernels over `in` channels, `kh` rows by `kw` columns, 3×3 unless said otherwise.
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

    /// The sizes of the kernels.
    public let shape: Shape

    /// The kernels, [out][in][kh][kw], row-major.
    public let weights: [Float]

    /// What is added to each output channel, [out].
    public let bias: [Float]

    /// A convolution with its parameters.
    ///
    /// - Parameters:
    ///   - name: The layer's name in VGG16, such as `conv1_1`.
    ///   - shape: The sizes of the kernels.
    ///   - weights: The kernels, out·in·kh·kw values in that order.
    ///   - bias: What is added to each output channel, out values.
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
