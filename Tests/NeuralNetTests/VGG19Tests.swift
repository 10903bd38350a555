import Geometry
import NeuralNet
import Tensors
import TestSupport
import Testing

/// A network with VGG19's layers, against the same network in plain loops.
@Suite struct VGG19Tests {
    private static func weights(_ pooling: Pooling) throws -> Weights {
        try WeightsFixture.network(
            WeightsFixture.deepNames, [4, 4, 6, 6, 8, 8, 8, 8, 10, 10, 10, 10, 12], pooling: pooling)
    }

    @Test func `the layers follow from the weights`() throws {
        func names(_ network: VGG16) -> String {
            network.layers.map { layer in
                switch layer {
                case .pooling: "P"
                case .convolution(let name, let tap): name.dropFirst(4) + (tap == nil ? "" : "*")
                }
            }.joined(separator: " ")
        }
        let deep = try VGG16(Self.weights(.max))
        #expect(names(deep) == "1_1* 1_2 P 2_1* 2_2 P 3_1* 3_2 3_3 3_4 P 4_1* 4_2 4_3 4_4 P 5_1*")
        #expect(names(.builtIn) == "1_1* 1_2 P 2_1* 2_2 P 3_1* 3_2 3_3 P 4_1* 4_2 4_3 P 5_1*")
        #expect(deep.channels == [.relu1_1: 4, .relu2_1: 6, .relu3_1: 8, .relu4_1: 10, .relu5_1: 12])
    }

    @Test func `convolutions behind conv5_1 change nothing`() throws {
        let picture = Tensor.random([40, 48, 3], in: 0...1, seed: 4)
        for layers in [WeightsFixture.deepLayers(16), WeightsFixture.layers(13)] {
            let short = layers.prefix { $0.name < "conv5_2" }
            let all = try VGG16(Weights(layers: layers)).features(of: picture, at: VGG16.Tap.allCases)
            let needed = try VGG16(Weights(layers: Array(short))).features(of: picture, at: VGG16.Tap.allCases)
            for tap in VGG16.Tap.allCases { #expect(all[tap]?.values == needed[tap]?.values) }
        }
    }

    @Test(arguments: [Pooling.max, .average])
    func `features are those of plain loops`(pooling: Pooling) throws {
        let weights = try Self.weights(pooling)
        let picture = Tensor.random([37, 50, 3], in: 0...1, seed: 1)
        let features = VGG16(weights).features(of: picture, at: VGG16.Tap.allCases)
        let reference = PlainNetwork(weights).features(of: picture)
        for tap in VGG16.Tap.allCases {
            let comparison = Comparison(try #require(features[tap]), try #require(reference[tap]))
            #expect(comparison.error <= 1e-5, "\(tap): \(comparison)")
        }
    }

    @Test(arguments: [Pooling.max, .average])
    func `the gradient is right, and a wrong one is found out`(pooling: Pooling) throws {
        let weights = try Self.weights(pooling)
        let picture = Tensor.random([32, 33, 3], in: 0...1, seed: 2)
        let (features, backward) = VGG16(weights).differentiableFeatures(of: picture, at: VGG16.Tap.allCases)
        let seeds = features.mapValues { Tensor.random($0.shape, seed: 3) }
        let gradient = backward(seeds)
        let plain = PlainNetwork(weights)
        func value(_ x: Tensor) -> Double {
            plain.features(of: x).reduce(0) { sum, tap in
                zip(tap.value, seeds[tap.key]?.values ?? []).reduce(sum) { $0 + $1.0 * Double($1.1) }
            }
        }
        // In Double a step may be so small that next to no ReLU or maximum changes sides.
        var check = GradientCheck(step: 1e-5)
        check.samples = 60
        #expect(check.error(of: gradient, at: picture, value) <= 1e-3)
        #expect(check.error(of: check.spoiled(gradient), at: picture, value) > 1e-2)
    }

    @Test func `a position of relu5_1 sees as far as the network's reach and no further`() throws {
        for names in [WeightsFixture.names.dropLast(2), WeightsFixture.deepNames.dropLast(3)] {
            // With nothing but positive weights no change is lost.
            let weights = try Weights(
                pooling: .average,
                layers: names.enumerated().map { i, name in
                    let inputs = i == 0 ? 3 : 1
                    return ConvolutionWeights(
                        name: name, shape: .init(out: 1, in: inputs),
                        weights: Array(repeating: 1 / Float(9 * inputs), count: 9 * inputs), bias: [0])
                })
            let (network, plain) = (VGG16(weights), PlainNetwork(weights))
            #expect(network.reach == (names.count == 13 ? 78 : 66))
            // One row of positions.
            let white = Tensor(shape: [16, 512, 3], repeating: 1)
            let before = try #require(plain.features(of: white)[.relu5_1])
            for column in [250, 255, 256, 263] {
                let change = Tensor(shape: [16, 1, 3], repeating: 2)
                let changed = white.replacing(Region(columns: column..<column + 1, rows: 0..<16), by: change)
                let after = try #require(plain.features(of: changed)[.relu5_1])
                let seeing = after.indices.filter { after[$0] != before[$0] }
                let expected = after.indices.filter {
                    (16 * $0 + 8 - network.reach..<16 * $0 + 8 + network.reach).contains(column)
                }
                #expect(seeing == expected, "column \(column)")
            }
        }
    }
}

/// A network in plain loops and Double, straight from its weights.
private struct PlainNetwork {
    private let weights: Weights

    init(_ weights: Weights) { self.weights = weights }

    func features(of picture: Tensor) -> [VGG16.Tap: [Double]] {
        var map = Map(height: picture.shape[0], width: picture.shape[1], channels: 3, values: [])
        map.values = picture.values.enumerated().map { i, value in
            (Double(value) - Double(weights.mean[i % 3])) / Double(weights.std[i % 3])
        }
        var features: [VGG16.Tap: [Double]] = [:]
        for layer in weights.layers {
            let isFirst = layer.name.hasSuffix("_1")
            if isFirst, layer.name != "conv1_1" { map = map.halved(weights.pooling) }
            map = map.rectified(layer)
            if isFirst, let tap = VGG16.Tap(rawValue: layer.name.replacing("conv", with: "relu")) {
                features[tap] = map.values
            }
        }
        return features
    }

    private struct Map {
        let height, width, channels: Int
        var values: [Double]

        func rectified(_ layer: ConvolutionWeights) -> Map {
            var result = Map(height: height, width: width, channels: layer.shape.out, values: [])
            result.values.reserveCapacity(height * width * layer.shape.out)
            for y in 0..<height {
                for x in 0..<width {
                    for o in 0..<layer.shape.out {
                        var sum = Double(layer.bias[o])
                        for v in max(0, 1 - y)..<min(3, height + 1 - y) {
                            for u in max(0, 1 - x)..<min(3, width + 1 - x) {
                                let position = ((y + v - 1) * width + x + u - 1) * channels
                                for i in 0..<channels {
                                    sum +=
                                        Double(layer.weights[((o * channels + i) * 3 + v) * 3 + u])
                                        * values[position + i]
                                }
                            }
                        }
                        result.values.append(max(sum, 0))
                    }
                }
            }
            return result
        }

        func halved(_ pooling: Pooling) -> Map {
            var result = Map(height: height / 2, width: width / 2, channels: channels, values: [])
            for y in 0..<height / 2 {
                for x in 0..<width / 2 {
                    for c in 0..<channels {
                        let four = [0, 1, width, width + 1].map {
                            values[((2 * y * width + 2 * x) + $0) * channels + c]
                        }
                        result.values.append(pooling == .max ? four.max() ?? 0 : four.reduce(0, +) / 4)
                    }
                }
            }
            return result
        }
    }
}
