import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

/// A network with VGG19's layers sees further than VGG16; all the rest is the same.
@Suite struct VGG19PassTests {
    private static let size = Size(width: 467, height: 421)

    private static func network() throws -> VGG16 {
        let names = [
            "conv1_1", "conv1_2", "conv2_1", "conv2_2", "conv3_1", "conv3_2", "conv3_3", "conv3_4", "conv4_1",
            "conv4_2",
            "conv4_3", "conv4_4", "conv5_1",
        ]
        var inputs = 3
        let layers = zip(names, [4, 4, 6, 6, 8, 8, 8, 8, 10, 10, 10, 10, 12]).enumerated().map { seed, layer in
            defer { inputs = layer.1 }
            let bound = (6 / Float(9 * inputs)).squareRoot()
            return ConvolutionWeights(
                name: layer.0, shape: .init(out: layer.1, in: inputs),
                weights: Array(Tensor.random([layer.1 * inputs * 9], in: -bound...bound, seed: UInt64(seed)).values),
                bias: Array(Tensor.random([layer.1], in: -0.1...0.1, seed: UInt64(100 + seed)).values))
        }
        return VGG16(try Weights(layers: layers))
    }

    private static func picture(seed: UInt64) -> Image {
        .noise(Size(width: 40, height: 36), seed: seed).resampled(to: size)
    }

    private static func object() throws -> PlacedObject {
        try PlacedObject(picture(seed: 2), mask: .box(225..<245, 200..<212, in: size), in: size)
    }

    @Test func `the crop follows the network's reach, and matches and Grams are the whole painting's`() throws {
        let network = try Self.network()
        let (painting, object) = (Self.picture(seed: 1), try Self.object())
        let composition = try Composition(painting: painting, object: object, reach: network.reach)
        let whole = try Composition(
            painting: painting, object: object, reach: network.reach,
            crop: Region(columns: 0..<Self.size.width, rows: 0..<Self.size.height))
        let columns = try #require(whole.looseMask.bounds).columns
        #expect(composition.crop.columns.lowerBound == (columns.lowerBound - 176) / 16 * 16)
        #expect(composition.crop.columns.upperBound == (columns.upperBound + 176 + 15) / 16 * 16)
        try LocalPassTests.expectSameFirstPass(composition, whole, network)
    }

    @Test func `the mask spreads with each convolution`() throws {
        var mask = Mask(width: 256, height: 256, repeating: 0)
        mask[132, 132] = 1
        func extent(_ network: VGG16) -> Int {
            FeatureMasks.carried(mask, to: [.relu4_1], of: network)[.relu4_1]?.bounds?.columns.count ?? 0
        }
        // 26 or 30 pixels on either side of a position's 8.
        #expect(extent(.builtIn) == 7)
        #expect(extent(try Self.network()) == 9)
    }

    @Test func `an object is repainted, and outside the blurred mask the painting stays`() throws {
        var settings = Settings()
        settings.iterations = Iterations(3)
        let painting = Self.picture(seed: 1)
        let result = try Harmonizer(network: Self.network(), settings: settings)
            .harmonize(painting, with: Self.object())
        for pass in result.passes {
            let losses = pass.evaluations.map(\.total)
            #expect(losses.count == 3 && (losses.last ?? .nan) < losses[0])
        }
        let picture = result.stage2
        for i in 0..<Self.size.width * Self.size.height {
            let (x, y) = (i % Self.size.width, i / Self.size.width)
            let isNear = (222..<248).contains(x) && (197..<215).contains(y)
            if !isNear { #expect(picture[x, y] == painting[x, y]) }
        }
        #expect(picture.values != painting.values)
    }
}
