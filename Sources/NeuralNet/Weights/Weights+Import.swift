public import Files
package import Foundation

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
