import Geometry
import NeuralNet
import Tensors
import TestSupport
import Testing

@Suite struct BandsTests {
    @Test(arguments: [
        (16, 16, 1), (16, 45, 3), (17, 131, 16), (75, 90, 7), (75, 90, 32), (75, 90, 75), (75, 90, 500),
        (131, 17, 64), (64, 33, 15),
    ])
    func `features in bands are the whole picture's`(height: Int, width: Int, rows: Int) throws {
        // Maximum and average pooling, plain and Winograd's convolutions.
        for network in [try #require(TestNetwork.network), .builtIn] {
            let picture = Tensor.random([height, width, 3], in: 0...1, seed: 3)
            let whole = network.features(of: picture, at: VGG16.Tap.allCases)
            var values: [VGG16.Tap: [Float]] = [:]
            var readRows = 0
            network.bands(height: height, width: width, rows: rows, at: VGG16.Tap.allCases) { range in
                #expect(range.lowerBound == readRows && range.count <= rows)
                readRows = range.upperBound
                return Region(columns: 0..<width, rows: range).part(of: picture)
            } _: { tap, first, band in
                #expect(band.shape == [band.shape[0], width >> tap.depth, network.channels[tap] ?? 0])
                #expect(first * (width >> tap.depth) * band.shape[2] == values[tap]?.count ?? 0)
                values[tap, default: []] += band.values
            }
            #expect(readRows == height)
            for tap in VGG16.Tap.allCases {
                let expected = try #require(whole[tap]).values, actual = values[tap] ?? []
                try #require(actual.count == expected.count, "\(tap)")
                #expect(Comparison(actual, expected).error <= 1e-5, "\(tap)")
            }
        }
    }

    @Test func `only the taps that are wanted are given`() throws {
        let network = try #require(TestNetwork.network)
        var seen: Set<VGG16.Tap> = []
        network.bands(height: 40, width: 40, rows: 16, at: [.relu2_1, .relu3_1]) {
            .random([$0.count, 40, 3], seed: 1)
        } _: { tap, _, _ in
            seen.insert(tap)
        }
        #expect(seen == [.relu2_1, .relu3_1])
    }
}
