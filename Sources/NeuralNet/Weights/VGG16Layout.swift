/// The names, numbering and shapes of VGG16's convolutions, and the check that a list of layers is such a network.
enum VGG16Layout {
    /// The layers up to relu5_1, the deepest tap.
    static let required = [
        "conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv4_1", "conv4_2", "conv4_3",
        "conv5_1",
    ]

    /// All layers; those after `required` may be left out.
    static let names = required + ["conv5_2", "conv5_3"]

    /// VGG16's own channel widths.
    static let widths = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]

    /// N of `features.N.weight` in torchvision and timm, for each of `names`.
    static let plainIndices = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]

    /// The same for VGG16-BN, where N + 1 is the batch normalization.
    static let batchNormalizedIndices = [0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40]

    /// Throws `layerCount`, `missingLayer` or `shape` unless `layers` are VGG16's, in order, with chained channels.
    static func check(_ layers: [(name: String, shape: [Int])], path: String) throws(WeightsError) {
        guard layers.count <= names.count else { throw .layerCount(path: path, count: layers.count) }
        var inputs = 3
        for (expectedName, layer) in zip(names, layers) {
            guard layer.name == expectedName else { throw .missingLayer(path: path, layer: expectedName) }
            try checkShape(layer.shape, inputs: inputs, of: layer.name, path: path)
            inputs = layer.shape[0]
        }
        if layers.count < required.count { throw .missingLayer(path: path, layer: required[layers.count]) }
    }

    /// Throws `shape` unless `shape` is (at least 1, `inputs`, 3, 3).
    static func checkShape(_ shape: [Int], inputs: Int, of layer: String, path: String) throws(WeightsError) {
        let expected = [max(1, shape.first ?? 1), inputs, 3, 3]
        guard shape == expected else { throw .shape(path: path, layer: layer, expected: expected, actual: shape) }
    }
}
