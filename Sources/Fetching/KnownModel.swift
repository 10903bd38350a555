package import NeuralNet

/// A network whose published weights can be fetched.
package enum KnownModel: String, CaseIterable, Sendable {
    case vgg16
    case vgg16BN = "vgg16-bn"
    case vgg19

    /// A difference of a file from the published one.
    package enum Difference: Equatable, Sendable {
        /// The file's SHA-256.
        case sha256(String)
        /// The file holds no valid weights.
        case contents(WeightsError)
        /// The output channels of its convolutions.
        case channels([Int])
        /// A bias of conv1_1.
        case bias(Int, Float, expected: Float)
    }

    /// The URL of the published weights, timm's safetensors file.
    package var url: String {
        let (repository, revision) =
            switch self {
            case .vgg16: ("vgg16.tv_in1k", "3394518cba29aee1ea82a49d971be90d2dd1dab7")
            case .vgg16BN: ("vgg16_bn.tv_in1k", "e00c01e7cee168262dcba6428dc4a8f41e27e965")
            // Which revision has the hash below is not known.
            case .vgg19: ("vgg19.tv_in1k", "main")
            }
        return "https://huggingface.co/timm/\(repository)/resolve/\(revision)/model.safetensors"
    }

    /// The SHA-256 of that file.
    var sha256: String {
        switch self {
        case .vgg16: "57b026918159a6bf9faf8405c3a551903768e7138989d9c6224a14227203fad8"
        case .vgg16BN: "88bbedbc8e780413736db38ac4efd41b06fc0e93fd5b8879b584bba63a950129"
        case .vgg19: "11aea017b543ff59233749d8f1cf544cda749378f5790d2fedab841fb86b7669"
        }
    }

    /// Whether a tensor of that file belongs to the convolutional part: all others are the classifier's.
    static func needs(_ tensor: String) -> Bool { tensor.hasPrefix("features.") }

    /// The first difference of `weights` from this model's; nil if none is found.
    package func difference(of weights: Weights) -> Difference? {
        if weights.channels != channels { return .channels(weights.channels) }
        for (i, (value, expected)) in zip(weights.layers[0].bias, firstBiases).enumerated()
        where abs(value - expected) > 5e-5 {
            return .bias(i, value, expected: expected)
        }
        return nil
    }

    /// The output channels of the convolutions.
    private var channels: [Int] {
        let blocks = self == .vgg19 ? [2, 2, 4, 4, 4] : [2, 2, 3, 3, 3]
        return zip([64, 128, 256, 512, 512], blocks).flatMap { Array(repeating: $0, count: $1) }
    }

    /// The first biases of conv1_1, to four digits; known for VGG16 only.
    private var firstBiases: [Float] { self == .vgg16 ? [0.4034, 0.3778, 0.4644, -0.3228, 0.3940] : [] }
}

extension KnownModel.Difference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .sha256(let hash): "its SHA-256 is \(hash)"
        case .contents(let error): error.description
        case .channels(let channels):
            "its convolutions have \(channels.map(\.description).joined(separator: " ")) channels"
        case .bias(let index, let value, let expected): "conv1_1's bias \(index) is \(value), not \(expected)"
        }
    }
}
