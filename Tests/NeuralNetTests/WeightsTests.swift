import NeuralNet
import Testing

@Suite("Weights")
struct WeightsTests {
    @Test("channels and parameters are counted over all layers", arguments: 11...13)
    func counts(layerCount: Int) throws {
        let weights = try WeightsFixture.weights(layerCount)
        #expect(weights.channels == Array(WeightsFixture.channels.prefix(layerCount)))
        let inputs = [3] + weights.channels
        #expect(weights.parameterCount == zip(inputs, weights.channels).reduce(0) { $0 + ($1.0 * 9 + 1) * $1.1 })
    }

    @Test("ImageNet's normalization and max pooling are the defaults")
    func defaults() throws {
        let weights = try Weights(layers: WeightsFixture.layers())
        #expect(weights.mean == [0.485, 0.456, 0.406])
        #expect(weights.std == [0.229, 0.224, 0.225])
        #expect(weights.pooling == .max)
    }

    @Test("a layer that is missing is named", arguments: 0..<11)
    func missingLayer(index: Int) { expectMissing(WeightsFixture.layers(), index) }

    @Test("a VGG19 lacks what a VGG16 does not have", arguments: 0..<13)
    func missingDeepLayer(index: Int) { expectMissing(WeightsFixture.deepLayers(), index) }

    private func expectMissing(_ layers: [ConvolutionWeights], _ index: Int) {
        var others = layers
        others.remove(at: index)
        #expect(throws: WeightsError.missingLayer(path: "file", layer: layers[index].name)) {
            try Weights(layers: others, path: "file")
        }
    }

    @Test("layers behind conv5_3 are refused")
    func tooManyLayers() {
        let layers = WeightsFixture.layers(13)
        #expect(throws: WeightsError.layerCount(path: "file", count: 14)) {
            try Weights(layers: layers + [layers[12]], path: "file")
        }
    }

    @Test("a VGG19 has up to sixteen layers and goes through the raw format", arguments: 13...16)
    func deepCounts(layerCount: Int) throws {
        let weights = try Weights(layers: WeightsFixture.deepLayers(layerCount))
        #expect(weights.channels == Array(WeightsFixture.deepChannels.prefix(layerCount)))
        #expect(try WeightsFixture.decode(weights.encoded()) == weights)
        let more = WeightsFixture.deepLayers(16)
        #expect(throws: WeightsError.layerCount(path: "file", count: 17)) {
            try Weights(layers: more + [more[15]], path: "file")
        }
    }

    @Test("a layer whose inputs are not the outputs before it is refused with both shapes", arguments: 0..<11)
    func brokenChain(index: Int) {
        var layers = WeightsFixture.layers()
        let right = layers[index].shape.dimensions
        let wrong = [right[0], right[1] + 1, 3, 3]
        layers[index] = blank(layers[index].name, wrong)
        let error = WeightsError.shape(path: "file", layer: layers[index].name, expected: right, actual: wrong)
        #expect(throws: error) { try Weights(layers: layers, path: "file") }
    }

    @Test(
        "kernels other than 3×3 and layers without outputs are refused",
        arguments: [[2, 3, 5, 5], [2, 3, 3, 1], [0, 3, 3, 3]])
    func wrongKernel(shape: [Int]) {
        var layers = WeightsFixture.layers()
        layers[0] = blank("conv1_1", shape)
        let expected = [max(1, shape[0]), 3, 3, 3]
        #expect(throws: WeightsError.shape(path: "file", layer: "conv1_1", expected: expected, actual: shape)) {
            try Weights(layers: layers, path: "file")
        }
    }

    @Test(
        "NaN and infinity are refused, naming the layer", arguments: [Float.nan, .infinity, -.infinity], [true, false])
    func notFinite(value: Float, inBias: Bool) {
        for index in 0..<11 {
            var layers = WeightsFixture.layers()
            let layer = layers[index]
            var (weights, bias) = (layer.weights, layer.bias)
            if inBias { bias[bias.count - 1] = value } else { weights[weights.count - 1] = value }
            layers[index] = ConvolutionWeights(
                name: layer.name, shape: layer.shape, weights: weights, bias: bias)
            #expect(throws: WeightsError.notFinite(path: "file", layer: layer.name)) {
                try Weights(layers: layers, path: "file")
            }
        }
    }

    @Test(
        "a normalization that is not three numbers or divides by nothing is refused",
        arguments: [
            ([0, 0, 0], [1, 0, 1]), ([0, 0, 0], [1, 1, -1]), ([0, 0], [1, 1, 1]), ([0, 0, 0], [1, 1, 1, 1]),
            ([0, .infinity, 0], [1, 1, 1]), ([0, 0, 0], [1, .infinity, 1]),
        ] as [([Float], [Float])])
    func normalization(mean: [Float], std: [Float]) {
        #expect(throws: WeightsError.normalization(path: "file", mean: mean, std: std)) {
            try Weights(mean: mean, std: std, layers: WeightsFixture.layers(), path: "file")
        }
    }

    private func blank(_ name: String, _ shape: [Int]) -> ConvolutionWeights {
        ConvolutionWeights(
            name: name, shape: .init(out: shape[0], in: shape[1], kh: shape[2], kw: shape[3]),
            weights: Array(repeating: 0, count: shape.reduce(1, *)), bias: Array(repeating: 0, count: shape[0]))
    }
}
