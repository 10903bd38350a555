package import Tensors

extension Classifier {
    /// Its parameters as a raw weights file holds them, with what its inputs are normalised by.
    package func file(of parameters: Tensor, mean: Float, std: Float, pooling: Pooling) throws(WeightsError) -> RawFile {
        let tensors = self.parameters.unpacked(parameters)
        let layers = trained.compactMap { layer -> ConvolutionWeights? in
            guard let kernel = tensors[layer.kernel], let bias = tensors[layer.bias] else { return nil }
            return ConvolutionWeights(name: layer.name, shape: layer.shape, kernel: kernel, bias: bias)
        }
        return try RawFile(
            mean: [mean, mean, mean], std: [std, std, std], pooling: pooling, layers: layers)
    }

    /// Reads the parameters from a raw weights file that holds this classifier's layers.
    ///
    /// - Throws: as ``Weights/init(decoding:path:)``.
    package func read(_ path: String) throws(WeightsError) -> (parameters: Tensor, file: RawFile) {
        let trained = trained
        let layout = RawFile.Layout(largestCount: trained.count) { (found, path) throws(WeightsError) in
            for (expected, layer) in zip(trained, found) {
                guard layer.name == expected.name else { throw .missingLayer(path: path, layer: expected.name) }
                let shape = expected.shape.dimensions
                guard layer.shape == shape else {
                    throw .shape(path: path, layer: layer.name, expected: shape, actual: layer.shape)
                }
            }
            if found.count < trained.count { throw .missingLayer(path: path, layer: trained[found.count].name) }
        }
        let data = try WeightsFile.map(path)
        let file = try data.withUnsafeBytes { bytes in
            Result { () throws(WeightsError) in try RawFile(decoding: bytes, as: layout, path: path) }
        }.get()
        var tensors: [Graph.Value: Tensor] = [:]
        for (layer, found) in zip(trained, file.layers) {
            (tensors[layer.kernel], tensors[layer.bias]) = (
                found.kernel, Tensor(shape: [found.bias.count], values: found.bias)
            )
        }
        return (parameters.packed(tensors), file)
    }
}

extension RawFile {
    /// Writes a file; it appears whole or not at all.
    ///
    /// - Throws: `WeightsError.cannotWrite`.
    package func write(to path: String) throws(WeightsError) { try WeightsFile.write(encoded(), to: path) }
}
