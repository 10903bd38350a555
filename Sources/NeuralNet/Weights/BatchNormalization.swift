/// A trained batch normalization: y = (x − mean) · scale / √(variance + ε) + shift per channel, each [channels].
struct BatchNormalization {
    /// PyTorch's ε, which no file states.
    static let epsilon = 1e-5

    let scale, shift, mean, variance: [Float]

    /// The convolution that does what `layer` and then this normalization do:
    /// W′ = W · γ/√(σ² + ε) and b′ = (b − μ) · γ/√(σ² + ε) + β, in Double.
    func folded(into layer: ConvolutionWeights) -> ConvolutionWeights {
        precondition(
            [scale, shift, mean, variance].allSatisfy { $0.count == layer.shape.out },
            "\(layer.name): expected \(layer.shape.out) channels, got \(scale.count)")
        let factors = zip(scale, variance).map { Double($0) / (Double($1) + Self.epsilon).squareRoot() }
        let kernelSize = layer.shape.in * layer.shape.kh * layer.shape.kw
        var weights = layer.weights
        for i in weights.indices {
            weights[i] = Float(Double(weights[i]) * factors[i / kernelSize])
        }
        let bias = factors.indices.map { i in
            Float((Double(layer.bias[i]) - Double(mean[i])) * factors[i] + Double(shift[i]))
        }
        return ConvolutionWeights(name: layer.name, shape: layer.shape, weights: weights, bias: bias)
    }
}
