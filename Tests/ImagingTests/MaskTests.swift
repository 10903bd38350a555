import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct MaskTests {
    private func noise(width: Int, height: Int) -> Mask {
        Mask(width: width, height: height, values: (0..<width * height).map { Float($0 * $0 * 37 % 101) / 100 })
    }

    /// The blur as it is defined, in Double: the two-dimensional Gaussian over a border that `index` extends.
    private func blurred(_ mask: Mask, size: Int, sigma: Double, index: (Int, Int) -> Int) -> [Double] {
        let radius = size / 2
        func weight(_ u: Int, _ v: Int) -> Double { exp(-Double(u * u + v * v) / (2 * sigma * sigma)) }
        let offsets = -radius...radius
        let total = offsets.reduce(0) { sum, v in offsets.reduce(sum) { $0 + weight($1, v) } }
        return (0..<mask.width * mask.height).map { i in
            let (x, y) = (i % mask.width, i / mask.width)
            return offsets.reduce(0) { sum, v in
                offsets.reduce(sum) {
                    $0 + weight($1, v) / total
                        * Double(mask[index(x + $1, mask.width), index(y + v, mask.height)])
                }
            }
        }
    }

    private func reflected(_ i: Int, _ count: Int) -> Int { i < 0 ? -i : i >= count ? 2 * (count - 1) - i : i }

    private func repeated(_ i: Int, _ count: Int) -> Int { min(max(i, 0), count - 1) }

    /// Two passes of `size` Float additions each stay within a few roundings of the Double sum.
    private func largestError(_ actual: Mask, _ expected: [Double]) -> Double {
        zip(actual.values, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    }

    @Test(
        "a blur reflects at the border without repeating the edge",
        arguments: [(20, 13, 7, 1.5), (4, 4, 7, 1.5), (9, 30, 3, 1.0), (40, 19, 35, 35.0 / 3), (18, 18, 35, 3)])
    func reflects(width: Int, height: Int, size: Int, sigma: Double) {
        let mask = noise(width: width, height: height)
        let expected = blurred(mask, size: size, sigma: sigma, index: reflected)
        #expect(largestError(mask.blurred(size: size, sigma: sigma), expected) < 1e-6)
    }

    @Test(
        "a mask no larger than half the blur repeats its edge",
        arguments: [(3, 3, 7, 1.5), (3, 40, 7, 1.5), (40, 2, 7, 1.5), (1, 1, 7, 1.5), (17, 60, 35, 35.0 / 3)])
    func repeatsEdge(width: Int, height: Int, size: Int, sigma: Double) {
        let mask = noise(width: width, height: height)
        let expected = blurred(mask, size: size, sigma: sigma, index: repeated)
        #expect(largestError(mask.blurred(size: size, sigma: sigma), expected) < 1e-6)
    }

    @Test("a blur's weights sum to 1", arguments: [1, 3, 7, 35])
    func sumsToOne(size: Int) {
        let sigma = Double(size) / 3
        let flat = Mask(width: 41, height: 23, repeating: 0.7).blurred(size: size, sigma: sigma)
        #expect(flat.values.allSatisfy { abs($0 - 0.7) < 1e-6 })
        var point = Mask(width: 101, height: 101, repeating: 0)
        point[50, 50] = 1
        #expect(abs(point.blurred(size: size, sigma: sigma).values.reduce(0, +) - 1) < 1e-5)
    }

    @Test func `a blur reaches as far as its radius and no farther`() {
        var point = Mask(width: 31, height: 31, repeating: 0)
        point[15, 15] = 1
        let blurred = point.blurred(size: 7, sigma: 1.5)
        for y in 0..<31 {
            for x in 0..<31 { #expect((blurred[x, y] > 0) == (abs(x - 15) <= 3 && abs(y - 15) <= 3)) }
        }
    }

    @Test func `a blur of one pixel changes nothing`() {
        let mask = noise(width: 9, height: 8)
        #expect(mask.blurred(size: 1, sigma: 1) == mask)
    }

    @Test(
        "the loose mask's blur grows with the painting, halves rounded to even",
        // 17·L/700: 0.5 at 20 or so, 2.5 at 103, 8.5 at 350, 17 at 700, 25.5 at 1050, 42.5 at 1750
        arguments: [(16, 3), (61, 3), (62, 5), (350, 17), (351, 19), (700, 35), (1050, 53), (1750, 85)])
    func loosensInProportion(longSide: Int, size: Int) {
        for (width, height) in [(longSide, 16), (16, longSide)] {
            var mask = Mask(width: width, height: height, repeating: 0)
            for i in mask.values.indices where i % width < width / 2 { mask.values[i] = 1 }
            #expect(mask.loosened() == mask.loosened(size: size))
            let blurred = mask.blurred(size: size, sigma: Double(size) / 3)
            #expect(mask.loosened() == blurred.thresholded(at: 0.1))
        }
    }

    @Test(
        "of a large painting no more than five times the object counts for its loose mask",
        arguments: [(700, 3, 35), (2888, 600, 141), (2888, 200, 49), (2888, 20, 35), (650, 20, 33)])
    func loosensSmallObjects(longSide: Int, object: Int, size: Int) {
        for painting in [Size(width: longSide, height: 16), Size(width: 16, height: longSide)] {
            #expect(Mask.looseBlurSize(for: painting, object: Size(width: object, height: 2)) == size)
            #expect(Mask.looseBlurSize(for: painting, object: Size(width: 1, height: object)) == size)
        }
    }

    @Test func `a loose mask takes in the tight one and what lies close to it`() {
        var mask = Mask(width: 70, height: 70, repeating: 0)
        for y in 20..<50 { for x in 20..<50 { mask[x, y] = 1 } }
        let loose = mask.loosened()
        #expect(zip(mask.values, loose.values).allSatisfy { $0 <= $1 })
        #expect(loose[35, 19] == 1 && loose[35, 18] == 1)
        // 17·70/700 rounds to 2: nothing farther than two pixels away.
        #expect(loose[35, 17] == 0 && loose[0, 0] == 0)
    }

    @Test func `the loose mask of an object too thin for the threshold is where its blur reaches half`() {
        var mask = Mask(width: 700, height: 60, repeating: 0)
        mask[350, 30] = 1
        let blurred = mask.blurred(size: 35, sigma: 35.0 / 3)
        let largest = blurred.values.max() ?? 0
        #expect(largest > 0 && largest < 0.1)
        let loose = mask.loosened()
        #expect(loose == blurred.thresholded(at: largest / 2))
        #expect(loose[350, 30] == 1 && !loose.isEmpty)
    }

    @Test(
        "a part with enough zeros around is blurred and loosened as the whole is",
        arguments: [
            (90, 70, 40, 30), (90, 70, 0, 0), (90, 70, 89, 69), (90, 70, 2, 40), (300, 9, 150, 4), (9, 300, 5, 299),
        ])
    func blursParts(width: Int, height: Int, x: Int, y: Int) {
        let size = 21, margin = 11
        var mask = Mask(width: width, height: height, repeating: 0)
        for v in max(0, y - 3)..<min(height, y + 3) {
            for u in max(0, x - 4)..<min(width, x + 4) { mask[u, v] = Float((u * 7 + v * 3) % 5 + 1) / 5 }
        }
        guard let bounds = mask.bounds else { return }
        let columns = max(0, bounds.columns.lowerBound - margin)..<min(width, bounds.columns.upperBound + margin)
        let rows = max(0, bounds.rows.lowerBound - margin)..<min(height, bounds.rows.upperBound + margin)
        let part = Region(columns: columns, rows: rows).part(of: mask)
        for (whole, part) in [
            (mask.blurred(size: size, sigma: 7), part.blurred(size: size, sigma: 7)),
            (mask.loosened(size: size), part.loosened(size: size)),
        ] {
            #expect(Region(columns: columns, rows: rows).part(of: whole) == part)
            #expect(whole.values.filter { $0 > 0 }.count == part.values.filter { $0 > 0 }.count)
        }
    }

    @Test func `bounds are those of the values above 0, and parts are cut out or filled up with 0`() {
        var mask = Mask(width: 6, height: 5, repeating: 0)
        #expect(mask.bounds == nil)
        (mask[2, 3], mask[4, 1]) = (0.1, 1)
        let bounds = mask.bounds
        #expect(bounds?.columns == 2..<5 && bounds?.rows == 1..<4)
        #expect(Region(columns: 2..<5, rows: 1..<4).part(of: mask).values == [0, 0, 1, 0, 0, 0, 0.1, 0, 0])
        #expect(Region(columns: 4..<7, rows: -1..<2).part(of: mask).values == [0, 0, 0, 0, 0, 0, 1, 0, 0])
        #expect(Region(columns: 7..<9, rows: 0..<1).part(of: mask).values == [0, 0])
    }

    @Test func `the loose mask of nothing is nothing`() {
        #expect(Mask(width: 30, height: 20, repeating: 0).loosened().isEmpty)
    }

    @Test func `thresholds are reached, not exceeded, and 0 never counts`() {
        let mask = Mask(width: 4, height: 1, values: [0, 0.1, 0.099, 1])
        #expect(mask.thresholded(at: 0.1).values == [0, 1, 0, 1])
        #expect(mask.thresholded(at: 0).values == [0, 1, 1, 1])
    }

    @Test(arguments: [0, 1, 2, 5]) func `dilation reaches every pixel that is at most its radius away`(radius: Int) {
        var mask = Mask(width: 13, height: 9, repeating: 0)
        let points = [(0, 0), (7, 4), (12, 8)]
        for (x, y) in points { mask[x, y] = 0.25 }
        let dilated = mask.dilated(by: radius)
        for y in 0..<9 {
            for x in 0..<13 {
                let isNear = points.contains { max(abs($0.0 - x), abs($0.1 - y)) <= radius }
                #expect(dilated[x, y] == (isNear ? 1 : 0), "(\(x), \(y))")
            }
        }
    }

    @Test func `what is soft over more than an edge becomes opaque, and edges stay`() {
        // A hard box with edges of three pixels, a half transparent one, and a ramp of sixteen pixels.
        func value(_ x: Int, _ y: Int) -> Float {
            switch y {
            case 0..<12: min(1, max(0, Float(min(x - 4, 27 - x)) / 4))
            case 20..<32: 8..<24 ~= x ? 0.5 : 0
            case 40..<52: Float(min(x, 16)) / 16
            default: 0
            }
        }
        var mask = Mask(width: 32, height: 60, repeating: 0)
        for y in 0..<60 { for x in 0..<32 { mask[x, y] = value(x, y) } }
        let opaque = mask.opaque(within: 3)
        for y in 0..<60 {
            for x in 0..<32 {
                let expected: Float =
                    switch y {
                    case 0..<12: value(x, y)
                    // 2/16 and 14/16 are half way to 1.
                    case 43..<49: x == 2 ? 0.5625 : x == 14 ? 0.9375 : 2...14 ~= x ? 1 : value(x, y)
                    default: value(x, y) > 0 ? 1 : 0
                    }
                if !(9..<12).contains(y), !(40..<43).contains(y), !(49..<52).contains(y) {
                    #expect(abs(opaque[x, y] - min(1, expected)) < 1e-6, "at \(x), \(y)")
                }
            }
        }
        let hard = mask.thresholded(at: 0.5)
        #expect(hard.opaque(within: 3) == hard)
    }

    @Test func `a mask is empty when no value is above 0`() {
        #expect(Mask(width: 3, height: 2, repeating: 0).isEmpty)
        #expect(!Mask(width: 3, height: 1, values: [0, 0, 1e-9]).isEmpty)
    }
}
