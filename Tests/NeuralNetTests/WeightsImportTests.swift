import Files
import NeuralNet
import Tensors
import TestSupport
import Testing

@Suite("Weights: import from safetensors")
struct WeightsImportTests {
    private static let plainIndices = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]
    private static let normalizedIndices = [0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40]

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("a VGG16 is imported as it is", arguments: 11...13)
    func plain(layerCount: Int) throws {
        let layers = WeightsFixture.layers(layerCount)
        let path = try write(plain: layers) { writer in
            writer.add("classifier.0.weight", shape: [1, 2], [1, 2])
            writer.add("head.fc.bias", type: "I64", shape: [1], data: Array(repeating: 0, count: 8))
        }
        #expect(try Weights(importing: path) == Weights(layers: layers))
    }

    @Test("a VGG19 is imported as it is", arguments: 13...16)
    func deep(layerCount: Int) throws {
        let layers = WeightsFixture.deepLayers(layerCount)
        var writer = SafeTensorsWriter()
        for (index, layer) in zip([0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34], layers) {
            add(layer, at: index, to: &writer, without: nil)
        }
        #expect(try Weights(importing: folder.write(writer.bytes, to: "vgg19.safetensors")) == Weights(layers: layers))
    }

    @Test("a VGG19's batch normalization is folded in", arguments: 13...16)
    func deepFolding(layerCount: Int) throws {
        let layers = WeightsFixture.deepLayers(layerCount)
        let normalizations = layers.map { Normalization(channels: $0.shape.out, seed: 5) }
        let indices = [0, 3, 7, 10, 14, 17, 20, 23, 27, 30, 33, 36, 40, 43, 46, 49]
        let imported = try Weights(importing: write(normalized: layers, normalizations, at: indices))
        #expect(imported.layers.map(\.name) == layers.map(\.name))
        #expect(imported.channels == layers.map(\.shape.out))
        let (last, folded) = (layers[layerCount - 1], imported.layers[layerCount - 1])
        let expected = normalizations[layerCount - 1].apply(to: Double(last.bias[0]), 0)
        #expect(abs(Double(folded.bias[0]) - expected) <= abs(expected) * 0x1p-23)
    }

    @Test("the metadata chooses the pooling")
    func pooling() throws {
        let layers = WeightsFixture.layers()
        for (text, pooling) in [("avg", Pooling.average), ("max", .max)] {
            let path = try write(plain: layers, metadata: ["format": "pt", "pooling": text])
            #expect(try Weights(importing: path).pooling == pooling)
        }
        let path = try write(plain: layers, metadata: ["pooling": "sum"])
        let reason = #"pooling "sum" is neither "max" nor "avg""#
        #expect(throws: WeightsError.malformed(path: path, reason: reason)) { try Weights(importing: path) }
    }

    @Test("a folded layer does what the convolution and its normalization do", arguments: 11...13)
    func folding(layerCount: Int) throws {
        let layers = WeightsFixture.layers(layerCount)
        let normalizations = layers.enumerated().map { Normalization(channels: $1.shape.out, seed: UInt64($0) + 10) }
        let path = try write(normalized: layers, normalizations)
        let imported = try Weights(importing: path)
        #expect(imported.channels == layers.map(\.shape.out))
        var random = SeededGenerator(seed: 99)
        for (index, layer) in layers.enumerated() {
            let patch = random.floats(layer.shape.in * 9)
            for channel in 0..<layer.shape.out {
                let (plain, _) = response(of: layer, channel, to: patch)
                let expected = normalizations[index].apply(to: plain, channel)
                // The folded weights are rounded to Float once each: half an ulp of every product that is summed.
                let (folded, magnitude) = response(of: imported.layers[index], channel, to: patch)
                #expect(abs(folded - expected) <= magnitude * 0x1p-24, "\(layer.name), channel \(channel)")
            }
        }
    }

    @Test("a tensor that is missing is named", arguments: [0, 5, 10])
    func missingTensor(index: Int) throws {
        let layers = WeightsFixture.layers(13)
        for suffix in ["weight", "bias"] {
            let name = "features.\(Self.plainIndices[index]).\(suffix)"
            let path = try write(plain: layers, without: name)
            #expect(throws: WeightsError.missingTensor(path: path, name: name)) { try Weights(importing: path) }
        }
        let normalizations = layers.map { Normalization(channels: $0.shape.out, seed: 5) }
        for suffix in ["weight", "bias", "running_mean", "running_var"] {
            let name = "features.\(Self.normalizedIndices[index] + 1).\(suffix)"
            let path = try write(normalized: layers, normalizations, without: name)
            #expect(throws: WeightsError.missingTensor(path: path, name: name)) { try Weights(importing: path) }
        }
    }

    @Test("an optional layer without its bias is an error, not a shorter network")
    func missingOptionalBias() throws {
        let path = try write(plain: WeightsFixture.layers(13), without: "features.26.bias")
        #expect(throws: WeightsError.missingTensor(path: path, name: "features.26.bias")) {
            try Weights(importing: path)
        }
    }

    @Test("tensors of the wrong shape are named with both shapes")
    func wrongShapes() throws {
        let cases: [(name: String, shape: [Int], expected: [Int])] = [
            ("features.0.weight", [2, 4, 3, 3], [2, 3, 3, 3]), ("features.0.weight", [2, 27], [2, 3, 3, 3]),
            ("features.0.weight", [], [1, 3, 3, 3]), ("features.2.weight", [1, 3, 3, 3], [1, 2, 3, 3]),
            ("features.0.bias", [3], [2]), ("features.0.bias", [2, 1], [2]),
        ]
        for (name, shape, expected) in cases {
            let path = try write(plain: WeightsFixture.layers(), without: name) { writer in
                writer.add(name, shape: shape, Array(repeating: 0, count: shape.reduce(1, *)))
            }
            let error = WeightsError.shape(path: path, layer: name, expected: expected, actual: shape)
            #expect(throws: error) { try Weights(importing: path) }
        }
    }

    @Test("elements that are not floating-point are refused, naming the tensor")
    func wrongType() throws {
        let path = try write(plain: WeightsFixture.layers(), without: "features.0.bias") { writer in
            writer.add("features.0.bias", type: "I32", shape: [2], data: Array(repeating: 0, count: 8))
        }
        #expect(throws: WeightsError.unsupportedType(path: path, tensor: "features.0.bias", type: "I32")) {
            try Weights(importing: path)
        }
    }

    @Test("a negative variance and NaN are refused, naming the layer")
    func notFinite() throws {
        let layers = WeightsFixture.layers()
        var normalizations = layers.map { Normalization(channels: $0.shape.out, seed: 5) }
        normalizations[3].variance[0] = -1
        let path = try write(normalized: layers, normalizations)
        #expect(throws: WeightsError.notFinite(path: path, layer: "conv2_2")) { try Weights(importing: path) }
        let plain = try write(plain: layers, without: "features.2.bias") { writer in
            writer.add("features.2.bias", shape: [1], [.nan])
        }
        #expect(throws: WeightsError.notFinite(path: plain, layer: "conv1_2")) { try Weights(importing: plain) }
    }
}

extension WeightsImportTests {
    /// Batch normalization as PyTorch does it, in Double.
    private struct Normalization {
        var scale, shift, mean, variance: [Float]

        init(channels: Int, seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            (scale, shift, mean) = (random.floats(channels), random.floats(channels), random.floats(channels))
            variance = random.floats(channels, in: 0...2)
        }

        func apply(to value: Double, _ channel: Int) -> Double {
            let normalized = (value - Double(mean[channel])) / (Double(variance[channel]) + 1e-5).squareRoot()
            return normalized * Double(scale[channel]) + Double(shift[channel])
        }
    }

    /// What one channel of a layer gives for one 3×3 patch, and the sum of the magnitudes of what is summed.
    private func response(
        of layer: ConvolutionWeights, _ channel: Int, to patch: [Float]
    ) -> (value: Double, magnitude: Double) {
        let kernel = layer.weights[channel * patch.count..<(channel + 1) * patch.count]
        let terms = zip(kernel, patch).map { Double($0) * Double($1) } + [Double(layer.bias[channel])]
        return (terms.reduce(0, +), terms.reduce(0) { $0 + abs($1) })
    }

    private func write(
        plain layers: [ConvolutionWeights], metadata: [String: String]? = nil, without omitted: String? = nil,
        adding extras: (inout SafeTensorsWriter) -> Void = { _ in }
    ) throws -> FilePath {
        var writer = SafeTensorsWriter(metadata: metadata)
        extras(&writer)
        for (index, layer) in zip(Self.plainIndices, layers) {
            add(layer, at: index, to: &writer, without: omitted)
        }
        return try folder.write(writer.bytes, to: "plain.safetensors")
    }

    private func write(
        normalized layers: [ConvolutionWeights], _ normalizations: [Normalization],
        at indices: [Int] = normalizedIndices,
        without omitted: String? = nil
    ) throws -> FilePath {
        var writer = SafeTensorsWriter()
        for (index, (layer, normalization)) in zip(indices, zip(layers, normalizations)) {
            add(layer, at: index, to: &writer, without: omitted)
            let tensors = [
                ("weight", normalization.scale), ("bias", normalization.shift), ("running_mean", normalization.mean),
                ("running_var", normalization.variance),
            ]
            for (suffix, values) in tensors where "features.\(index + 1).\(suffix)" != omitted {
                writer.add("features.\(index + 1).\(suffix)", shape: [values.count], values)
            }
            writer.add(
                "features.\(index + 1).num_batches_tracked", type: "I64", shape: [], data: Int64(7).littleEndianBytes)
        }
        return try folder.write(writer.bytes, to: "normalized.safetensors")
    }

    private func add(
        _ layer: ConvolutionWeights, at index: Int, to writer: inout SafeTensorsWriter, without omitted: String?
    ) {
        let tensors = [("weight", layer.shape.dimensions, layer.weights), ("bias", [layer.shape.out], layer.bias)]
        for (suffix, shape, values) in tensors where "features.\(index).\(suffix)" != omitted {
            writer.add("features.\(index).\(suffix)", shape: shape, values)
        }
    }
}
