import NeuralNet
import Tensors
import TestSupport

/// Tiny networks of random weights, and the bytes to damage.
enum WeightsFixture {
    /// Two channels nearly everywhere: small enough to damage every byte in turn, unequal enough to notice a mixed-up
    /// axis.
    static let channels = [2, 1, 2, 3, 1, 2, 2, 1, 2, 1, 2, 2, 3]

    static let names = [
        "conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv4_1", "conv4_2", "conv4_3",
        "conv5_1", "conv5_2", "conv5_3",
    ]

    /// The same for VGG19.
    static let deepChannels = [2, 1, 2, 3, 1, 2, 2, 3, 1, 2, 1, 3, 2, 2, 3, 1]

    static let deepNames = [
        "conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv3_4", "conv4_1", "conv4_2",
        "conv4_3", "conv4_4", "conv5_1", "conv5_2", "conv5_3", "conv5_4",
    ]

    /// The first `count` layers of a VGG16.
    static func layers(_ count: Int = 11, seed: UInt64 = 1) -> [ConvolutionWeights] {
        layers(names, channels, count, seed: seed)
    }

    /// The first `count` layers of a VGG19.
    static func deepLayers(_ count: Int = 13, seed: UInt64 = 1) -> [ConvolutionWeights] {
        layers(deepNames, deepChannels, count, seed: seed)
    }

    private static func layers(
        _ names: [String], _ channels: [Int], _ count: Int, seed: UInt64
    ) -> [ConvolutionWeights] {
        var random = SeededGenerator(seed: seed)
        var inputs = 3
        return zip(names, channels).prefix(count).map { name, outputs in
            defer { inputs = outputs }
            return ConvolutionWeights(
                name: name, shape: .init(out: outputs, in: inputs), weights: random.floats(outputs * inputs * 9),
                bias: random.floats(outputs))
        }
    }

    /// A network of these widths with He's uniform weights.
    static func network(_ names: [String], _ widths: [Int], pooling: Pooling = .max) throws -> Weights {
        var inputs = 3
        var random = SeededGenerator(seed: 19)
        let layers = zip(names, widths).map { name, outputs in
            defer { inputs = outputs }
            let bound = (6 / Float(9 * inputs)).squareRoot()
            return ConvolutionWeights(
                name: name, shape: .init(out: outputs, in: inputs),
                weights: random.floats(outputs * inputs * 9, in: -bound...bound),
                bias: random.floats(outputs, in: -0.1...0.1))
        }
        return try Weights(pooling: pooling, layers: layers)
    }

    static func weights(_ count: Int = 11, pooling: Pooling = .average) throws -> Weights {
        try Weights(mean: [0.1, 0.2, 0.3], std: [0.4, 0.5, 0.6], pooling: pooling, layers: layers(count))
    }

    static func decode(_ bytes: [UInt8]) throws -> Weights {
        try bytes.withUnsafeBytes { try Weights(decoding: $0, path: "file") }
    }

    /// The bytes with a checksum that holds, so that a reader gets to see what was changed in them.
    static func stamped(_ bytes: [UInt8]) -> [UInt8] {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in bytes.dropLast(8) { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        return bytes.dropLast(8) + hash.littleEndianBytes
    }
}

extension SeededGenerator {
    /// `count` uniform random values.
    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}

extension FixedWidthInteger {
    var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension [Float] {
    var littleEndianBytes: [UInt8] { flatMap { $0.bitPattern.littleEndianBytes } }
}

extension [UInt8] {
    /// The bytes with those from `offset` on replaced.
    func replacing(at offset: Int, with bytes: [UInt8]) -> [UInt8] {
        self[..<offset] + bytes + self[(offset + bytes.count)...]
    }
}
