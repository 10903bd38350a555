public import Files
package import Foundation

/// Reads the convolutions of VGG16 or VGG19 from a safetensors file with torchvision's or timm's names.
struct VGG16Importer {
    let file: SafeTensors
    let path: FilePath

    /// The convolutions in the file, with batch normalizations folded in.
    func layers() throws(WeightsError) -> [ConvolutionWeights] {
        // Module 1 is the first batch normalization if there is one, else a ReLU, which has no tensors.
        let isNormalized = file.names.contains { $0.hasPrefix("features.1.") }
        let layout = layout(isNormalized: isNormalized)
        let indices = isNormalized ? layout.batchNormalizedIndices : layout.plainIndices
        var layers: [ConvolutionWeights] = []
        var inputs = 3
        for (name, index) in zip(layout.names, indices) {
            let isOptional = layers.count >= layout.required.count
            if isOptional, file.shape(of: "features.\(index).weight") == nil { break }
            var layer = try convolution(name, at: index, inputs: inputs)
            if isNormalized {
                layer = try normalization(at: index + 1, channels: layer.shape.out).folded(into: layer)
            }
            layers.append(layer)
            inputs = layer.shape.out
        }
        return layers
    }

    /// VGG19 if the file has its conv3_4, whose index is that of a pooling in VGG16; else VGG16.
    private func layout(isNormalized: Bool) -> VGG16Layout {
        let layout = VGG16Layout.vgg19
        let indices = isNormalized ? layout.batchNormalizedIndices : layout.plainIndices
        let isThere = zip(layout.names, indices).contains { name, index in
            name == "conv3_4" && file.shape(of: "features.\(index).weight") != nil
        }
        return isThere ? layout : .vgg16
    }

    private func convolution(_ name: String, at index: Int, inputs: Int) throws(WeightsError) -> ConvolutionWeights {
        let weightName = "features.\(index).weight"
        guard let shape = file.shape(of: weightName) else { throw .missingTensor(path: path, name: weightName) }
        try VGG16Layout.checkShape(shape, inputs: inputs, of: weightName, path: path)
        let weights = try file.floats(weightName)
        let bias = try vector("features.\(index).bias", count: shape[0])
        return ConvolutionWeights(
            name: name, shape: .init(out: shape[0], in: inputs), weights: weights, bias: bias)
    }

    private func normalization(at index: Int, channels: Int) throws(WeightsError) -> BatchNormalization {
        BatchNormalization(
            scale: try vector("features.\(index).weight", count: channels),
            shift: try vector("features.\(index).bias", count: channels),
            mean: try vector("features.\(index).running_mean", count: channels),
            variance: try vector("features.\(index).running_var", count: channels))
    }

    private func vector(_ name: String, count: Int) throws(WeightsError) -> [Float] {
        guard let shape = file.shape(of: name) else { throw .missingTensor(path: path, name: name) }
        guard shape == [count] else {
            throw .shape(path: path, layer: name, expected: [count], actual: shape)
        }
        return try file.floats(name)
    }
}

/// A trained batch normalization: y = (x − mean) · scale / √(variance + ε) + shift per channel, each [channels].
private struct BatchNormalization {
    /// ε, PyTorch's default; files do not contain it.
    static let epsilon = 1e-5

    let scale, shift, mean, variance: [Float]

    /// The convolution equal to `layer` followed by this normalization:
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

extension Weights {
    /// Imports a VGG16 or VGG19, with batch normalization or without and of any channel widths, from a safetensors file
    /// with torchvision's or timm's names.
    ///
    /// The convolutions are `features.N.weight`, [out][in][3][3], and `features.N.bias`, [out]. A batch normalization,
    /// `features.(N+1)` with `weight`, `bias`, `running_mean` and `running_var`, each [out], is folded into the
    /// convolution before it (ε = 1e-5): W′ = W·γ/√(σ² + ε), b′ = (b − μ)·γ/√(σ² + ε) + β. The classifier is left out;
    /// conv5_2, conv5_3 and conv5_4 are optional. Mean and std are ImageNet's. The file's metadata may
    /// say `pooling`: `max` (the default) or `avg`.
    ///
    /// - Parameter path: The file.
    /// - Throws: `WeightsError.file` (`missing` or `unreadable`); `alreadyImported` for a file in the raw format and
    ///   `notSafeTensors` for any other kind; `truncated` or `malformed` for a safetensors file that is damaged;
    ///   `missingTensor`, `shape` or `unsupportedType`, naming the tensor, for a network that is neither VGG16 nor
    ///   VGG19; `notFinite` for a layer with NaN or infinity, before or after folding.
    public init(importing path: FilePath) throws(WeightsError) {
        try self.init(importing: try FileContents.map(weights: path), path: path)
    }

    /// Imports the bytes of a safetensors file, as `init(importing:)` does; errors name `path`.
    package init(importing data: Data, path: FilePath) throws(WeightsError) {
        let (isRaw, isSafeTensors) = data.withUnsafeBytes { (RawHeader.matches($0), SafeTensors.matches($0)) }
        if isRaw { throw .alreadyImported(path: path) }
        guard isSafeTensors else { throw .notSafeTensors(path: path) }
        let file = try SafeTensors(decoding: data, path: path)
        let pooling = file.metadata["pooling", default: Pooling.max.rawValue]
        guard let pooling = Pooling(rawValue: pooling) else {
            throw .malformed(path: path, reason: "pooling \"\(pooling)\" is neither \"max\" nor \"avg\"")
        }
        let layers = try VGG16Importer(file: file, path: path).layers()
        try self.init(pooling: pooling, layers: layers, path: path)
    }
}
