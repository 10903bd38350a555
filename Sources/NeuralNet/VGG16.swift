internal import CBuiltInModel
internal import Tensors

/// The convolutional part of VGG16 or VGG19 (Simonyan and Zisserman 2015), up to relu5_1, with frozen weights of any
/// width.
///
/// 3×3 convolutions of stride 1 and padding 1, each followed by a ReLU, and a 2×2 pooling after each block:
/// `1_1 1_2 P 2_1 2_2 P 3_1 3_2 3_3 P 4_1 4_2 4_3 P 5_1`; VGG19 also has `3_4` and `4_4`. The layers of the weights
/// determine which of the two it is.
public struct VGG16: FeatureExtractor {
    /// A layer whose output is used as features: the ReLU of the first convolution of a block.
    public enum Tap: String, CaseIterable, Sendable, Comparable, CodingKeyRepresentable, Codable {
        case relu1_1, relu2_1, relu3_1, relu4_1, relu5_1

        /// The number of poolings before it: features are 2^depth times smaller than the picture.
        public var depth: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        /// Whether `a` comes before `b`.
        public static func < (a: Tap, b: Tap) -> Bool { a.depth < b.depth }
    }

    /// A step of the network.
    public enum Layer: Equatable, Sendable {
        /// A convolution and its ReLU, by name, with its tap.
        case convolution(String, tap: Tap?)
        /// A 2×2 pooling.
        case pooling
    }

    /// The steps in order, up to relu5_1.
    public let layers: [Layer]

    /// The smallest side of a picture in pixels; it leaves one position at the deepest tap.
    public static let smallestSide = 16

    /// The weights' kind of pooling.
    public let pooling: Pooling
    /// The number of channels at each tap.
    public let channels: [Tap: Int]
    /// The radius of the receptive field of relu5_1 in pixels: 66 for VGG16, 78 for VGG19.
    package let reach: Int
    /// FNV-1a over the parameters; identifies the network.
    package let checksum: UInt64

    let normalization: ChannelNormalization
    let steps: [Step]
    package let graph: FeatureGraph

    /// A convolution with its ReLU, and the pooling after it or its tap.
    struct Step: Sendable {
        let name: String
        var layer: RectifiedConvolution
        let tap: Tap?
        let pools: Bool
    }

    /// A network with `weights`.
    public init(_ weights: Weights) {
        let needed = weights.layers.prefix { $0.block < 5 } + weights.layers.filter { $0.block == 5 }.prefix(1)
        let steps = needed.indices.map { i in
            let parameters = needed[i]
            let isFirst = i == 0 || needed[i - 1].block < parameters.block
            let pools = i + 1 < needed.count && needed[i + 1].block > parameters.block
            let convolution = RectifiedConvolution(
                kernel: parameters.kernel, bias: Tensor(shape: [parameters.bias.count], values: parameters.bias),
                pooling: pools ? weights.pooling : nil)
            let tap = isFirst ? Tap.allCases[parameters.block - 1] : nil
            return Step(name: parameters.name, layer: convolution, tap: tap, pools: pools)
        }
        self.init(
            steps, pooling: weights.pooling, ChannelNormalization(mean: weights.mean, std: weights.std),
            checksum: needed.reduce(Checksum.fnv1a(floats: weights.mean + weights.std + [Float(weights.pooling.code)]))
            {
                Checksum.fnv1a(floats: $1.bias, after: Checksum.fnv1a(floats: $1.weights, after: $0))
            })
    }

    private init(_ steps: [Step], pooling: Pooling, _ normalization: ChannelNormalization, checksum: UInt64) {
        self.steps = steps
        self.checksum = checksum
        self.pooling = pooling
        self.normalization = normalization
        var channels: [Tap: Int] = [:]
        var graph = FeatureGraph()
        var value = graph.layers.apply(normalization, to: graph.picture)
        for step in steps {
            value = graph.layers.apply(step.layer, to: value)
            if let tap = step.tap { (graph.taps[tap], channels[tap]) = (value, step.layer.channels) }
        }
        self.channels = channels
        self.graph = graph
        layers = steps.flatMap { step in
            [.convolution(step.name, tap: step.tap)] + (step.pools ? [.pooling] : [])
        }
        // A convolution adds one position, 2^depth pixels, on each side.
        var (depth, reach) = (0, 1 << (Tap.relu5_1.depth - 1))
        for step in steps {
            reach += 1 << depth
            if step.pools { depth += 1 }
        }
        self.reach = reach
    }

    /// The same network with its features at each tap divided by a positive number, at no cost.
    ///
    /// ReLU and both poolings commute with positive factors, so dividing the output of a tap's convolution and
    /// multiplying the input of the next changes the tap alone.
    package func dividingFeatures(by scale: [Tap: Float]) -> VGG16 {
        // The divisor of the next convolution's input.
        var divisor: Float = 1
        let steps = steps.map { step in
            var step = step
            let multiplier = divisor
            divisor = step.tap.flatMap { scale[$0] } ?? 1
            step.layer = step.layer.scaled(input: multiplier, output: 1 / divisor)
            return step
        }
        return VGG16(steps, pooling: pooling, normalization, checksum: checksum)
    }

    /// The number of kernel weights of the layers up to a tap, and of their multiplications per pixel of the picture.
    package func work(to tap: Tap) -> (weights: Int, multiplications: Double) {
        var (weights, multiplications, inputs, positions) = (0, 0.0, 3, 1.0)
        for step in steps {
            let count = 9 * inputs * step.layer.channels
            weights += count
            multiplications += Double(count) * positions
            if step.tap == tap { break }
            inputs = step.layer.channels
            if step.pools { positions /= 4 }
        }
        return (weights, multiplications)
    }
}

extension VGG16 {
    /// The network that is compiled into the program.
    public static let builtIn = VGG16(.builtIn)
}

extension Weights {
    /// The weights that are compiled into the program: VGG16 with a quarter of the channels and average pooling,
    /// distilled from VGG-19's relu1_1 … relu5_1 (see models/README.md).
    public static let builtIn: Weights = {
        let bytes = UnsafeRawBufferPointer(start: cbuiltinmodel_bytes(), count: cbuiltinmodel_count())
        guard let weights = try? Weights(decoding: bytes, path: "built-in") else {
            preconditionFailure("the model compiled into this program is damaged")
        }
        return weights
    }()
}

extension ConvolutionWeights {
    /// B of `convB_I`, 1 … 5.
    fileprivate var block: Int { name.utf8.dropFirst(4).first.map { Int($0) - Int(UInt8(ascii: "0")) } ?? 0 }
}
