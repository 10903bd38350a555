import Imaging
import Testing

@Suite struct ColorStatisticsTests {
    @Test("mean and covariance are the plain loops'", arguments: [(1, 1), (2, 1), (7, 5), (31, 64)])
    func agrees(width: Int, height: Int) throws {
        let image = Image.mixed(width: width, height: height, seed: 3)
        var weights = Mask.random(width: width, height: height, seed: 4)
        for i in weights.values.indices where i % 5 == 4 { weights.values[i] = 0 }
        let statistics = try #require(ColorStatistics(image, weights: weights))
        let plain = PlainStatistics(image.colors, weights: weights.values.map(Double.init))
        #expect(plain.difference(statistics) < 1e-14)
        #expect(statistics.covariance == statistics.covariance.transposed)
    }

    @Test func `two colours have the mean and the covariance that are known`() throws {
        let image = Image(width: 2, height: 1, values: [0, 0.5, 1, 1, 0.5, 0.5])
        let statistics = try #require(ColorStatistics(image, weights: Mask(width: 2, height: 1, values: [0.75, 0.25])))
        #expect(statistics.mean == SIMD3(0.25, 0.5, 0.875))
        // w₁·w₂ times the products of the differences 1, 0 and −½.
        let third = SIMD3(-0.09375, 0, 0.046875)
        #expect(statistics.covariance == Matrix3(SIMD3(0.1875, 0, -0.09375), .zero, third))
    }

    @Test func `small variances around a large mean keep their digits`() throws {
        let step: Float = 1 / 65536
        var image = Image.constant(width: 300, height: 200, SIMD3(repeating: 1 - step))
        for i in image.values.indices { image.values[i] += (i / 3) % 2 == 0 ? step : -step }
        let statistics = try #require(
            ColorStatistics(image, weights: Mask(width: 300, height: 200, repeating: 0.7)))
        let exact = Double(step) * Double(step)
        for c in 0..<3 { #expect(abs(statistics.covariance[c][c] / exact - 1) < 1e-10) }
    }

    @Test func `only the proportions of the weights count`() throws {
        let image = Image.mixed(width: 9, height: 8, seed: 1)
        let weights = Mask.random(width: 9, height: 8, seed: 2)
        let halves = Mask(width: 9, height: 8, values: weights.values.map { $0 / 1024 })
        #expect(ColorStatistics(image, weights: weights) == ColorStatistics(image, weights: halves))
    }

    @Test func `colours without weight are not looked at, and without any weight there are no statistics`() throws {
        var image = Image.mixed(width: 6, height: 1, seed: 1)
        let mask = Mask(width: 6, height: 1, values: [1, 0, 0.5, 0, 0, 1])
        let before = try #require(ColorStatistics(image, weights: mask))
        image[1, 0] = SIMD3(.nan, .infinity, -7)
        #expect(ColorStatistics(image, weights: mask) == before)
        #expect(ColorStatistics(image, weights: Mask(width: 6, height: 1, repeating: 0)) == nil)
    }
}
