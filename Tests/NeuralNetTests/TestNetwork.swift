import NeuralNet
import Tensors
import TestSupport

/// A small network with random weights and maximum pooling.
enum TestNetwork {
    static let network: VGG16? = {
        var inputs = 3
        let widths = [4, 4, 6, 6, 8, 8, 8, 10, 10, 10, 12]
        let names = VGG16.builtIn.layers.compactMap { layer in
            if case .convolution(let name, _) = layer { name } else { nil }
        }
        let layers = zip(names, widths).enumerated().map { seed, layer in
            defer { inputs = layer.1 }
            let scale = (6 / Float(9 * inputs)).squareRoot()
            return ConvolutionWeights(
                name: layer.0, shape: .init(out: layer.1, in: inputs),
                weights: Array(Tensor.random([layer.1 * inputs * 9], in: -scale...scale, seed: UInt64(seed)).values),
                bias: Array(Tensor.random([layer.1], in: -0.1...0.1, seed: UInt64(100 + seed)).values))
        }
        return (try? Weights(layers: layers)).map { VGG16($0) }
    }()
}
