public import Files
public import Tensors

extension Classifier {
    /// The parameters of each layer, in the layout of a file.
    public func weights(_ parameters: Tensor) -> [ConvolutionWeights] {
        let tensors = self.parameters.unpacked(parameters)
        return layers.compactMap { layer in
            guard let kernel = tensors[layer.kernel], let bias = tensors[layer.bias] else { return nil }
            return ConvolutionWeights(name: layer.name, shape: layer.shape, kernel: kernel, bias: bias)
        }
    }

    /// The vector of the parameters of a file's layers, which must be those of this classifier in order.
    public func parameters(_ weights: [ConvolutionWeights]) -> Tensor {
        precondition(weights.map(\.shape) == layers.map(\.shape), "these are the weights of another network")
        var tensors: [Graph.Value: Tensor] = [:]
        for (layer, weights) in zip(layers, weights) {
            tensors[layer.kernel] = weights.kernel
            tensors[layer.bias] = Tensor(shape: [weights.bias.count], values: weights.bias)
        }
        return parameters.packed(tensors)
    }

    /// Reads the parameters from a raw weights file that holds this classifier's layers.
    ///
    /// - Throws: as ``Weights/init(decoding:path:)``.
    public func read(_ path: FilePath) throws(WeightsError) -> (parameters: Tensor, file: RawFile) {
        let layers = layers
        let layout = RawFile.Layout(largestCount: layers.count) { (found, path) throws(WeightsError) in
            for (expected, layer) in zip(layers, found) {
                guard layer.name == expected.name else { throw .missingLayer(path: path, layer: expected.name) }
                let shape = expected.shape.dimensions
                guard layer.shape == shape else {
                    throw .shape(path: path, layer: layer.name, expected: shape, actual: layer.shape)
                }
            }
            if found.count < layers.count { throw .missingLayer(path: path, layer: layers[found.count].name) }
        }
        let data = try FileContents.map(weights: path)
        let file = try data.withUnsafeBytes { bytes in
            Result { () throws(WeightsError) in try RawFile(decoding: bytes, as: layout, path: path) }
        }.get()
        return (parameters(file.layers), file)
    }
}

extension RawFile {
    /// Writes the file atomically.
    ///
    /// - Throws: `WeightsError.file` (`cannotWrite`).
    public func write(to path: FilePath) throws(WeightsError) {
        // Devices and pipes are refused: weights cannot be read from them.
        guard path.isReplaceable else { throw .file(.cannotWrite(path: path, reason: "Not a regular file")) }
        do { try AtomicFile.write(encoded(), to: path) } catch { throw .file(error) }
    }
}
