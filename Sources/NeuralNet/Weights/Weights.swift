public import Files

/// The parameters of a network shaped like VGG16 or VGG19, of any channel widths, checked: whoever holds a value can build
/// the network.
///
/// The layers are the convolutions conv1_1 … conv5_1 in order, all 3×3, with conv5_2 and those after it there or not;
/// the first takes three channels, each other as many as the one before it gives. The network's input is
/// (x − mean) / std per channel, x being sRGB in 0…1.
public struct Weights: Equatable, Sendable {
    /// The mean colour of ImageNet's pictures: red, green, blue in 0…1.
    public static let imageNetMean: [Float] = [0.485, 0.456, 0.406]

    /// The standard deviation of the colours of ImageNet's pictures: red, green, blue in 0…1.
    public static let imageNetStd: [Float] = [0.229, 0.224, 0.225]

    /// What a file of these weights holds.
    let file: RawFile

    /// What is subtracted from the red, green and blue of the input, [3].
    public var mean: [Float] { file.mean }

    /// What red, green and blue are divided by after that, [3], each above 0.
    public var std: [Float] { file.std }

    /// The pooling between the blocks.
    public var pooling: Pooling { file.pooling }

    /// The convolutions in the order in which they are applied: 11 to 13 of VGG16 or 13 to 16 of VGG19.
    public var layers: [ConvolutionWeights] { file.layers }

    /// Checks the parameters of a network and holds them.
    ///
    /// - Parameters:
    ///   - mean: What is subtracted from the red, green and blue of the input, [3].
    ///   - std: What they are divided by after that, [3], each above 0.
    ///   - pooling: The pooling between the blocks.
    ///   - layers: conv1_1 … conv5_1, and conv5_2 and those after it if there, in that order.
    ///   - path: Where the parameters come from, for errors to name.
    /// - Throws: `WeightsError.normalization` for a mean or std that is not three finite numbers, or a std that is not
    ///   positive; `missingLayer`, `layerCount` or `shape` for layers that are neither VGG16's nor VGG19's; `notFinite` for a layer that
    ///   holds NaN or infinity.
    public init(
        mean: [Float] = imageNetMean, std: [Float] = imageNetStd, pooling: Pooling = .max,
        layers: [ConvolutionWeights], path: FilePath = "(memory)"
    ) throws(WeightsError) {
        try VGG16Layout.check(layers.map { ($0.name, $0.shape.dimensions) }, path: path)
        self.init(try RawFile(mean: mean, std: std, pooling: pooling, layers: layers, path: path))
    }

    /// The parameters of a file with the layers of VGG16 or VGG19.
    init(_ file: RawFile) { self.file = file }

    /// The number of output channels of each layer.
    public var channels: [Int] { layers.map(\.shape.out) }

    /// The number of weights and biases of all layers together.
    public var parameterCount: Int { layers.reduce(0) { $0 + $1.weights.count + $1.bias.count } }
}
