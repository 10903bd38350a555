import Imaging
import TestSupport
import Testing

@Suite struct CompositingTests {
    private func noise(width: Int, height: Int, seed: Int) -> Image {
        let count = 3 * width * height
        return Image(
            width: width, height: height, values: (0..<count).map { Float(($0 + seed) * ($0 + seed) * 31 % 251) / 250 })
    }

    @Test func `where the mask is 0 or 1 the composite is one of the two to the bit`() {
        let below = noise(width: 9, height: 7, seed: 1), above = noise(width: 9, height: 7, seed: 5)
        let mask = Mask(width: 9, height: 7, values: (0..<63).map { $0 % 2 == 0 ? 0 : 1 })
        let composite = below.composited(with: above, mask: mask)
        for i in 0..<63 {
            let source = i % 2 == 0 ? below : above
            #expect(composite[i % 9, i / 9] == source[i % 9, i / 9])
        }
    }

    @Test func `what the top holds where the mask is 0 does not matter`() {
        let below = noise(width: 2, height: 1, seed: 1)
        let above = Image(width: 2, height: 1, values: [.nan, .infinity, -1, .nan, .nan, .nan])
        #expect(below.composited(with: above, mask: Mask(width: 2, height: 1, repeating: 0)) == below)
    }

    @Test func `between 0 and 1 the two are mixed`() {
        let below = Image(width: 1, height: 1, values: [0, 0.5, 1]),
            above = Image(width: 1, height: 1, values: [1, 1, 0])
        let mixed = below.composited(with: above, mask: Mask(width: 1, height: 1, repeating: 0.25))
        #expect(mixed.values == [0.25, 0.625, 0.75])
    }

    /// The median variation as it is defined, in Double.
    private func medianVariation(_ image: Image) -> Double {
        var all: [Double] = []
        for c in 0..<3 {
            for x in 0..<image.width - 1 {
                for y in 0..<image.height - 1 {
                    let here = Double(image[x, y][c])
                    let right = here - Double(image[x + 1, y][c]), below = here - Double(image[x, y + 1][c])
                    all.append((right * right + below * below) / 2)
                }
            }
        }
        return all.sorted()[(all.count - 1) / 2]
    }

    @Test("the median variation is the plain computation's", arguments: [(2, 2), (3, 2), (8, 5), (17, 12), (131, 97)])
    func variationAgrees(width: Int, height: Int) {
        let image = noise(width: width, height: height, seed: 3)
        let expected = medianVariation(image)
        #expect(abs(Double(image.medianVariation) - expected) <= 1e-6 * expected)
    }

    @Test func `the median of an even count is the lower of the two middle values`() {
        // Two columns and three rows give two pixels with both neighbours: six variations, 0 and 0 … 0.5 and 0.5.
        let image = Image(
            width: 2, height: 3,
            values: [[0, 0, 0], [0, 0, 0], [0, 0, 0], [1, 1, 1], [0, 0, 0], [0, 0, 0]].flatMap { $0 })
        #expect(image.medianVariation == 0)
    }

    @Test func `a patch is laid into its place and nowhere else`() {
        let below = noise(width: 7, height: 6, seed: 1), above = noise(width: 3, height: 2, seed: 9)
        let result = Overlay(above, at: Point(x: 4, y: 1)).laid(into: below)
        for y in 0..<6 {
            for x in 0..<7 {
                let isInside = x >= 4 && (1..<3).contains(y)
                #expect(result[x, y] == (isInside ? above[x - 4, y - 1] : below[x, y]))
            }
        }
    }

    @Test func `a flat picture has no variation, nor has one without neighbours`() {
        #expect(Image(width: 5, height: 5, values: Array(repeating: 0.3, count: 75)).medianVariation == 0)
        #expect(noise(width: 1, height: 9, seed: 1).medianVariation == 0)
        #expect(noise(width: 9, height: 1, seed: 1).medianVariation == 0)
    }
}
