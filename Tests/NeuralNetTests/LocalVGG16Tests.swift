import Geometry
import NeuralNet
import Tensors
import TestSupport
import Testing

@Suite struct RegionTests {
    @Test func `a part reaching beyond the map is filled up with zeros`() {
        let map = Tensor(shape: [2, 3, 1], values: [1, 2, 3, 4, 5, 6])
        #expect(Region(columns: 1..<3, rows: 0..<1).part(of: map).values == [2, 3])
        #expect(Region(columns: -1..<2, rows: 1..<3).part(of: map).values == [0, 4, 5, 0, 0, 0])
    }
}

@Suite struct LocalVGG16Tests {
    private static let size = (height: 75, width: 90)

    private static let network = TestNetwork.network

    static let regions = [
        Region(columns: 40..<53, rows: 30..<37), Region(columns: 0..<1, rows: 0..<1),
        Region(columns: 89..<90, rows: 74..<75), Region(columns: 0..<90, rows: 33..<34),
        Region(columns: 17..<18, rows: 0..<75), Region(columns: 0..<90, rows: 0..<75),
    ]

    @Test(arguments: regions)
    func `features and gradients are the whole picture's wherever pixels can change them`(region: Region) throws {
        let network = try #require(Self.network)
        let picture = Tensor.random([Self.size.height, Self.size.width, 3], in: 0...1, seed: 7)
        let patch = Tensor.random([region.rows.count, region.columns.count, 3], in: 0...1, seed: 8)
        let changed = picture.replacing(region, by: patch)
        let (local, before) = network.local(to: region, of: picture)
        let (whole, wholeGradient) = network.differentiableFeatures(of: changed, at: VGG16.Tap.allCases)
        let (features, gradient) = local.differentiableFeatures(of: patch, at: VGG16.Tap.allCases)

        var seeds: [VGG16.Tap: Tensor] = [:], wholeSeeds: [VGG16.Tap: Tensor] = [:]
        for tap in VGG16.Tap.allCases {
            let reached = try #require(local.regions[tap]), all = try #require(whole[tap])
            let part = try #require(features[tap])
            #expect(Comparison(part.values, reached.part(of: all).values).error <= 1e-5)
            // Outside the region nothing can have changed.
            let untouched = try #require(before[tap]).replacing(reached, by: part)
            #expect(Comparison(untouched.values, all.values).error <= 1e-5)
            let seed = Tensor.random(part.shape, seed: UInt64(tap.depth))
            seeds[tap] = seed
            wholeSeeds[tap] = Tensor(shape: all.shape, repeating: 0).replacing(reached, by: seed)
        }
        let comparison = Comparison(
            gradient(seeds).values, region.part(of: wholeGradient(wholeSeeds)).values)
        #expect(comparison.error <= 1e-5, "\(comparison)")
    }

    @Test func `dividing the features at the taps divides nothing else`() throws {
        let network = try #require(Self.network)
        let picture = Tensor.random([Self.size.height, Self.size.width, 3], in: 0...1, seed: 9)
        let plain = network.features(of: picture, at: VGG16.Tap.allCases)
        let scale: [VGG16.Tap: Float] = [.relu1_1: 2, .relu3_1: 0.25, .relu5_1: 10]
        let divided = network.dividingFeatures(by: scale).features(of: picture, at: VGG16.Tap.allCases)
        for tap in VGG16.Tap.allCases {
            let expected = try #require(plain[tap]).values.map { $0 / (scale[tap] ?? 1) }
            #expect(Comparison(try #require(divided[tap]).values, expected).error <= 1e-5)
        }
    }
}
