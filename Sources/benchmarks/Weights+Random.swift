internal import NeuralNet
internal import Tensors

extension Weights {
    /// VGG16 with `width` times its channels: He-normal kernels, zero biases, max pooling.
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
            layers.append(
                ConvolutionWeights(
                    name: name, shape: .init(out: outputs, in: inputs),
                    kernel: Initialization.he.kernel([3, 3, inputs, outputs], using: &generator),
                    bias: Tensor(shape: [outputs], repeating: 0)))
            inputs = outputs
        }
        return try Weights(layers: layers, path: "random")
    }
}
