import Imaging
import Tensors
import TestSupport
import Testing

@Suite struct GuidedFilterTests {
    private func noise(_ count: Int, seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Float.random(in: 0...1, using: &generator) }
    }

    private func guide(_ width: Int, _ height: Int) -> Image {
        Image(width: width, height: height, values: noise(3 * width * height, seed: 4))
    }

    /// The pixels of the window around a pixel, cropped at the border.
    private func window(_ i: Int, _ size: Size, _ radius: Int) -> [Int] {
        let (x, y) = (i % size.width, i / size.width)
        return (max(0, y - radius)...min(size.height - 1, y + radius)).flatMap { v in
            (max(0, x - radius)...min(size.width - 1, x + radius)).map { v * size.width + $0 }
        }
    }

    /// (`matrix`)⁻¹·`right` by elimination with pivots.
    private func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        var rows = zip(matrix, right).map { $0 + [$1] }
        for c in 0..<3 {
            let pivot = (c..<3).max { abs(rows[$0][c]) < abs(rows[$1][c]) } ?? c
            rows.swapAt(c, pivot)
            for r in 0..<3 where r != c {
                let factor = rows[r][c] / rows[c][c]
                for k in 0..<4 { rows[r][k] -= factor * rows[c][k] }
            }
        }
        return (0..<3).map { rows[$0][3] / rows[$0][$0] }
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for (x, y) in zip(a, b) { sum += x * y }
        return sum
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// The filter as it is defined: differences from the means, one window after the other.
    private func reference(_ plane: [Float], _ guide: Image, _ radius: Int, _ epsilon: Double) -> [Double] {
        var models: [(a: [Double], b: Double)] = []
        for i in plane.indices {
            let pixels = window(i, guide.size, radius)
            let p = pixels.map { Double(plane[$0]) }, meanP = mean(p)
            // The channels of the guide in the window, without their means.
            var means: [Double] = [], centred: [[Double]] = []
            for c in 0..<3 {
                let channel = pixels.map { Double(guide.values[3 * $0 + c]) }
                means.append(mean(channel))
                centred.append(channel.map { $0 - means[c] })
            }
            let count = Double(pixels.count)
            var covariance = centred.map { row in centred.map { dot(row, $0) / count } }
            for c in 0..<3 { covariance[c][c] += epsilon }
            let a = solve(covariance, centred.map { dot($0, p.map { $0 - meanP }) / count })
            models.append((a, meanP - dot(a, means)))
        }
        return plane.indices.map { i in
            let colour = (0..<3).map { Double(guide.values[3 * i + $0]) }
            return mean(window(i, guide.size, radius).map { dot(models[$0].a, colour) + models[$0].b })
        }
    }

    @Test(
        "the filter is the plain computation's",
        // The last ones are higher than the bands of rows that are computed at a time, or narrower than a window.
        arguments: [
            (9, 7, 2, 0.01), (13, 11, 1, 0.1), (13, 11, 3, 1e-4), (5, 4, 9, 0.01), (1, 1, 2, 0.01), (6, 4, 0, 0.01),
            (7, 71, 2, 0.01), (2, 70, 4, 0.01), (40, 3, 2, 0.01),
        ])
    func agrees(width: Int, height: Int, radius: Int, epsilon: Double) {
        let guide = guide(width, height), plane = noise(width * height, seed: 9).map { 200 * $0 - 100 }
        let result = GuidedFilter(radius: radius, epsilon: epsilon).filtered(plane, guide: guide)
        let comparison = Comparison(result, reference(plane, guide, radius, epsilon))
        #expect(comparison.error < 1e-6, "\(comparison)")
    }

    @Test func `a constant stays`() {
        let result = GuidedFilter(radius: 2, epsilon: 0.01)
            .filtered(FloatBuffer(repeating: -37.5, count: 30 * 40), guide: guide(30, 40))
        #expect(result.allSatisfy { abs($0 + 37.5) < 1e-4 })
    }

    @Test func `a linear function of the guide stays when the ridge is small, and is smoothed when it is large`() {
        let guide = guide(30, 40)
        let weights = SIMD3<Float>(60, -20, 5)
        let plane = (0..<1200).map { i in 10 + (weights * guide[i % 30, i / 30]).sum() }
        func change(_ epsilon: Double) -> Float {
            let result = GuidedFilter(radius: 2, epsilon: epsilon).filtered(plane, guide: guide)
            return zip(result, plane).reduce(0) { max($0, abs($1.0 - $1.1)) }
        }
        #expect(change(1e-7) < 1e-3)
        #expect(change(1) > 5)
    }

    @Test func `where the guide is flat the filter is a mean of means, and an edge of the guide stays`() {
        let (width, height) = (160, 120)
        let noise = noise(width * height, seed: 2)
        var guide = Image(width: width, height: height, values: Array(repeating: 0.2, count: 3 * width * height))
        for y in 0..<height { for x in width / 2..<width { guide[x, y] = SIMD3(0.9, 0.8, 0.1) } }
        let edge = (0..<width * height).map { $0 % width < width / 2 ? Float(-30) : 40 }
        let plane = zip(edge, noise).map { $0 + 20 * ($1 - 0.5) }
        let result = GuidedFilter(radius: 2, epsilon: 0.01).filtered(plane, guide: guide)
        /// How much of the noise's variance is left where no window is cropped, this far from the edge.
        func part(_ distances: Range<Int>) -> Float {
            var (before, after) = (Float(0), Float(0))
            for i in plane.indices {
                let (x, y) = (i % width, i / width), distance = x < width / 2 ? width / 2 - 1 - x : x - width / 2
                guard distances.contains(distance), (4..<height - 4).contains(y) else { continue }
                before += (plane[i] - edge[i]) * (plane[i] - edge[i])
                after += (result[i] - edge[i]) * (result[i] - edge[i])
            }
            return after / before
        }
        // The 81 weights of a mean of means over 5×5 pixels are products of 1, 2, 3, 4, 5, 4, 3, 2, 1 over 25: their
        // squares' sum is (85 / 625)², a 54th.
        let flat = part(4..<width / 2 - 4) * 54
        #expect((0.75...1.25).contains(flat), "\(flat)")
        // The ridge keeps the two sides from being told apart wholly.
        let beside = part(0..<4)
        #expect(beside < 0.1, "\(beside)")
    }

    @Test(arguments: [(13, 11, 3, 1e-3), (40, 35, 2, 0.01), (7, 71, 5, 0.002)])
    func `inside a mask the filter is that of the mask's pixels alone`(
        width: Int, height: Int, radius: Int, epsilon: Double
    ) {
        let guide = guide(width, height), filter = GuidedFilter(radius: radius, epsilon: epsilon)
        var mask = Mask(width: width, height: height, repeating: 0)
        for y in 0..<height / 2 { for x in 0..<width - 3 where (x + y) % 5 != 0 { mask[x, y] = 1 } }
        let plane = noise(width * height, seed: 3)
        let result = filter.filtered(plane, guide: guide, mask: mask)
        // Whatever is outside does not count, and stays where the mask is out of reach.
        let other = zip(plane, mask.values).map { $1 > 0 ? $0 : $0 + 100 }
        let same = filter.filtered(other, guide: guide, mask: mask)
        for i in plane.indices {
            if mask.values[i] > 0 { #expect(abs(result[i] - same[i]) < 1e-6) }
            if window(i, guide.size, radius).allSatisfy({ mask.values[$0] == 0 }) { #expect(same[i] == other[i]) }
        }
        // Weights of the same value everywhere are no weights.
        let half = filter.filtered(plane, guide: guide, mask: Mask(width: width, height: height, repeating: 0.5))
        let all = filter.filtered(plane, guide: guide)
        #expect(zip(half, all).allSatisfy { abs($0 - $1) < 1e-5 })
        let none = Mask(width: width, height: height, repeating: 0)
        #expect(filter.filtered(plane, guide: guide, mask: none) == plane)
        let again = Parallel.with(threads: 1) { filter.filtered(plane, guide: guide, mask: mask) }
        #expect(again == result)
    }
}
