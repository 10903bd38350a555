internal import Foundation
internal import NeuralNet
internal import Tensors
internal import TestSupport

extension Weights {
    /// VGG16 with `width` times its channels: He's normal weights (mean 0, variance 2 / (9·inputs)), no biases, max
    /// pooling.
    static func random(width: Double, seed: UInt64) throws -> Weights {
        var generator = SeededGenerator(seed: seed)
        let channels = [64.0, 128, 256, 512, 512].map { max(1, Int($0 * width)) }
        var (block, inputs) = (0, 3)
        var layers: [ConvolutionWeights] = []
        for layer in VGG16.builtIn.layers {
            guard case .convolution(let name, _) = layer else {
                block += 1
                continue
            }
            let outputs = channels[block]
            let deviation = (2 / Double(9 * inputs)).squareRoot()
            let weights = (0..<9 * inputs * outputs).map { _ in Float(deviation * generator.nextNormal()) }
            layers.append(
                ConvolutionWeights(
                    name: name, shape: .init(out: outputs, in: inputs), weights: weights,
                    bias: Array(repeating: 0, count: outputs)))
            inputs = outputs
        }
        return try Weights(layers: layers, path: "random")
    }
}

extension SeededGenerator {
    /// A number from the standard normal distribution (Box and Muller).
    fileprivate mutating func nextNormal() -> Double {
        let u = Double.random(in: Double.leastNormalMagnitude..<1, using: &self)
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
    }
}
