internal import Files

/// The names, module indices and shapes of the convolutions of VGG16 or VGG19.
struct VGG16Layout {
    /// VGG16 (configuration D).
    static let vgg16 = VGG16Layout(blocks: [2, 2, 3, 3, 3])

    /// VGG19 (configuration E), whose last three blocks have one more convolution each.
    static let vgg19 = VGG16Layout(blocks: [2, 2, 4, 4, 4])

    /// All layers in order: `convB_I` is convolution I of block B.
    let names: [String]

    /// The layers up to relu5_1, the deepest tap; the others are optional.
    let required: [String]

    /// N of `features.N.weight` in torchvision and timm, for each of `names`.
    let plainIndices: [Int]

    /// The same with batch normalizations, each at N + 1.
    let batchNormalizedIndices: [Int]

    private init(blocks: [Int]) {
        names = blocks.enumerated().flatMap { block, count in (1...count).map { "conv\(block + 1)_\($0)" } }
        required = Array(names.prefix { $0 != "conv5_1" }) + ["conv5_1"]
        /// The indices where a convolution with its ReLU takes `step` modules, a pooling one.
        func indices(step: Int) -> [Int] {
            var next = 0
            return blocks.flatMap { count in
                defer { next += count * step + 1 }
                return (0..<count).map { next + $0 * step }
            }
        }
        plainIndices = indices(step: 2)
        batchNormalizedIndices = indices(step: 3)
    }

    /// VGG19 if one of `names` occurs in VGG19 only, else VGG16.
    static func of(_ names: [String]) -> VGG16Layout {
        names.contains { vgg19.names.contains($0) && !vgg16.names.contains($0) } ? vgg19 : vgg16
    }

    /// The layout of a raw weights file of either network.
    static let file = RawFile.Layout(largestCount: vgg19.names.count) { (layers, path) throws(WeightsError) in
        try check(layers, path: path)
    }

    /// Throws `layerCount`, `missingLayer` or `shape` unless `layers` are VGG16's or VGG19's, in order, with chained
    /// channels.
    static func check(_ layers: [(name: String, shape: [Int])], path: FilePath) throws(WeightsError) {
        let layout = of(layers.map(\.name))
        guard layers.count <= layout.names.count else { throw .layerCount(path: path, count: layers.count) }
        var inputs = 3
        for (expectedName, layer) in zip(layout.names, layers) {
            guard layer.name == expectedName else { throw .missingLayer(path: path, layer: expectedName) }
            try checkShape(layer.shape, inputs: inputs, of: layer.name, path: path)
            inputs = layer.shape[0]
        }
        let required = layout.required
        if layers.count < required.count { throw .missingLayer(path: path, layer: required[layers.count]) }
    }

    /// Throws `shape` unless `shape` is (at least 1, `inputs`, 3, 3).
    static func checkShape(_ shape: [Int], inputs: Int, of layer: String, path: FilePath) throws(WeightsError) {
        let expected = [max(1, shape.first ?? 1), inputs, 3, 3]
        guard shape == expected else { throw .shape(path: path, layer: layer, expected: expected, actual: shape) }
    }
}
