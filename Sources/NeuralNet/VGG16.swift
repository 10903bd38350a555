internal import CBuiltInModel
package import Tensors

/// The convolutional part of VGG16 (Simonyan and Zisserman 2015), up to relu5_1, with frozen weights of any width.
///
/// 3×3 convolutions of stride 1 and padding 1, each followed by a ReLU, and a 2×2 pooling after each block:
/// `1_1 1_2 P 2_1 2_2 P 3_1 3_2 3_3 P 4_1 4_2 4_3 P 5_1`.
public struct VGG16: Sendable {
    /// A place where features are read: the ReLU of the first convolution of a block.
    public enum Tap: String, CaseIterable, Sendable, Comparable, CodingKeyRepresentable, Codable {
        case relu1_1, relu2_1, relu3_1, relu4_1, relu5_1

        /// How many poolings lie above: features are 2^depth times smaller than the picture.
        public var depth: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        /// Whether `a` is read before `b`.
        public static func < (a: Tap, b: Tap) -> Bool { a.depth < b.depth }
    }

    /// A step of the network.
    public enum Layer: Equatable, Sendable {
        /// A convolution and its ReLU, by name, with the tap it carries.
        case convolution(String, tap: Tap?)
        /// A 2×2 pooling.
        case pooling
    }

    /// The steps in order.
    public static let layers: [Layer] = [
        .convolution("conv1_1", tap: .relu1_1), .convolution("conv1_2", tap: nil), .pooling,
        .convolution("conv2_1", tap: .relu2_1), .convolution("conv2_2", tap: nil), .pooling,
        .convolution("conv3_1", tap: .relu3_1), .convolution("conv3_2", tap: nil),
        .convolution("conv3_3", tap: nil), .pooling,
        .convolution("conv4_1", tap: .relu4_1), .convolution("conv4_2", tap: nil),
        .convolution("conv4_3", tap: nil), .pooling,
        .convolution("conv5_1", tap: .relu5_1),
    ]

    /// The smallest side of a picture that leaves one position at the deepest tap.
    public static let smallestSide = 16

    /// The weights' kind of pooling.
    public let pooling: Pooling
    /// The number of channels at each tap.
    public let channels: [Tap: Int]

    private let weights: Weights
    private let graph: Graph
    private let picture: Graph.Value
    private let taps: [Tap: Graph.Value]

    /// A network with `weights`.
    public init(_ weights: Weights) { self.init(weights, dividingFeaturesBy: [:]) }

    /// The same network with its features at each tap divided by a positive number, at no cost.
    ///
    /// ReLU and both poolings commute with positive factors, so dividing the kernel and bias of a tap's convolution and
    /// multiplying the next kernel changes the tap alone.
    package func dividingFeatures(by scale: [Tap: Float]) -> VGG16 { VGG16(weights, dividingFeaturesBy: scale) }

    private init(_ weights: Weights, dividingFeaturesBy scale: [Tap: Float]) {
        var graph = Graph()
        let picture = graph.input()
        var value = graph.apply(ChannelNormalization(mean: weights.mean, std: weights.std), to: picture)
        var taps: [Tap: Graph.Value] = [:]
        var channels: [Tap: Int] = [:]
        var convolutions = weights.layers[...]
        // What the features that enter the next convolution were divided by.
        var divisor: Float = 1
        for layer in Self.layers {
            switch layer {
            case .pooling:
                value = graph.apply(PoolingLayer(weights.pooling), to: value)
            case .convolution(let name, let tap):
                guard let layer = convolutions.popFirst(), layer.name == name else {
                    preconditionFailure("weights without \(name) were not validated")
                }
                let multiplier = divisor
                divisor = tap.flatMap { scale[$0] } ?? 1
                let kernel = graph.parameter(layer.kernel(times: multiplier / divisor))
                let bias = graph.parameter(Tensor(shape: [layer.bias.count], values: layer.bias.map { $0 / divisor }))
                value = graph.apply(ReLU(), to: graph.apply(Convolution(), to: value, kernel, bias))
                if let tap {
                    taps[tap] = value
                    channels[tap] = layer.bias.count
                }
            }
        }
        self.weights = weights
        self.pooling = weights.pooling
        self.channels = channels
        self.graph = graph
        self.picture = picture
        self.taps = taps
    }

    /// The features of an H×W×3 picture (sRGB 0…1) at `taps`, each ⌊H/2^depth⌋×⌊W/2^depth⌋×C.
    package func features(of x: Tensor, at taps: [Tap]) -> [Tap: Tensor] {
        evaluate(x, at: taps, recording: false).features
    }

    /// The features of `x` at `taps`, and the function that takes gradients at these taps to the gradient at `x`.
    package func differentiableFeatures(of x: Tensor, at taps: [Tap])
        -> (features: [Tap: Tensor], gradient: (consuming [Tap: Tensor]) -> Tensor)
    {
        evaluate(x, at: taps, recording: true)
    }

    private func evaluate(_ x: Tensor, at wanted: [Tap], recording: Bool)
        -> (features: [Tap: Tensor], gradient: (consuming [Tap: Tensor]) -> Tensor)
    {
        let evaluation = graph.evaluate(
            wanted.compactMap { taps[$0] }, feeding: [picture: x], differentiating: recording ? [picture] : [])
        var features: [Tap: Tensor] = [:]
        for tap in wanted { features[tap] = taps[tap].flatMap { evaluation.outputs[$0] } }
        let (picture, values, tape, shape) = (picture, taps, evaluation.tape, x.shape)
        return (
            features,
            { (seeds: consuming [Tap: Tensor]) in
                var gradients: [Graph.Value: Tensor] = [:]
                for (tap, gradient) in seeds { if let value = values[tap] { gradients[value] = gradient } }
                seeds = [:]
                return tape.gradients([picture], from: gradients)[picture] ?? Tensor(shape: shape, repeating: 0)
            }
        )
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
    /// The weights as a convolution takes them, times a factor: K×K×in×out from [out][in][K][K].
    fileprivate func kernel(times factor: Float) -> Tensor {
        let (n, c, k) = (shape.out, shape.in, shape.kh)
        return Tensor(shape: [k, k, c, n]) { to in
            for o in 0..<n {
                for i in 0..<c {
                    for tap in 0..<k * k { to[(tap * c + i) * n + o] = factor * weights[(o * c + i) * k * k + tap] }
                }
            }
        }
    }
}
