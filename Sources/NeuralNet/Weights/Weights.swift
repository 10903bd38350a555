public import Files

/// The parameters of a network of the architecture of VGG16 or VGG19, with any numbers of channels, checked on
/// initialization.
///
/// The layers are the 3×3 convolutions conv1_1 … conv5_1 in order and, optionally, those after them. The first has
/// three input channels, each other as many as the one before it has output channels. The network's input is (x − mean)
/// / std per channel, for x in sRGB in 0…1.
public struct Weights: Equatable, Sendable {
    /// The mean of ImageNet's pixels: red, green, blue in 0…1.
    public static let imageNetMean: [Float] = [0.485, 0.456, 0.406]

    /// The standard deviation of ImageNet's pixels: red, green, blue in 0…1.
    public static let imageNetStd: [Float] = [0.229, 0.224, 0.225]

    /// The mean that is subtracted from the input's red, green and blue, [3].
    public let mean: [Float]

    /// The standard deviation that they are then divided by, [3], each above 0.
    public let std: [Float]

    /// The pooling between the blocks.
    public let pooling: Pooling

    /// The convolutions in the order in which they are applied: 11 to 13 of VGG16 or 13 to 16 of VGG19.
    public let layers: [ConvolutionWeights]

    /// The given parameters, checked.
    ///
    /// - Parameters:
    ///   - mean: The mean of the input's red, green and blue, [3].
    ///   - std: Their standard deviation, [3], each above 0.
    ///   - pooling: The pooling between the blocks.
    ///   - layers: conv1_1 … conv5_1 and, optionally, those after them, in order.
    ///   - path: The file that errors name.
    /// - Throws: `WeightsError.normalization` for a mean or std that is not three finite numbers, or a std that is not
    ///   positive; `missingLayer`, `layerCount` or `shape` for layers that are neither VGG16's nor VGG19's; `notFinite`
    ///   for a layer with NaN or infinity.
    public init(
        mean: [Float] = imageNetMean, std: [Float] = imageNetStd, pooling: Pooling = .max,
        layers: [ConvolutionWeights], path: FilePath = "(memory)"
    ) throws(WeightsError) {
        try VGG16Layout.check(layers.map { ($0.name, $0.shape.dimensions) }, path: path)
        self.init(try RawFile(mean: mean, std: std, pooling: pooling, layers: layers, path: path))
    }

    /// The parameters of a file with the layers of VGG16 or VGG19.
    init(_ file: RawFile) { (mean, std, pooling, layers) = (file.mean, file.std, file.pooling, file.layers) }

    /// The number of output channels of each layer.
    public var channels: [Int] { layers.map(\.shape.out) }

    /// The number of weights and biases of all layers together.
    public var parameterCount: Int { layers.reduce(0) { $0 + $1.weights.count + $1.bias.count } }
}
