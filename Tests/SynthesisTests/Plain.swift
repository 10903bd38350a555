import Foundation
import Imaging

/// Plain loops in Double that define what is tested.
enum Plain {
    /// The normalized weights of a Gaussian of σ at −⌈3σ⌉ … ⌈3σ⌉.
    static func gaussian(_ sigma: Double) -> [Double] {
        let radius = Int((3 * sigma).rounded(.up))
        let weights = (-radius...radius).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
        return weights.map { $0 / weights.reduce(0, +) }
    }

    /// A place reflected into 0 ..< `count` without repeating the edge; held to it if the kernel is wider.
    private static func inside(_ i: Int, _ count: Int, reflects: Bool) -> Int {
        guard reflects else { return min(max(i, 0), count - 1) }
        return i < 0 ? -i : i >= count ? 2 * (count - 1) - i : i
    }

    static func blur(_ values: [Double], _ size: Size, _ sigma: Double) -> [Double] {
        let weights = gaussian(sigma), radius = weights.count / 2
        let reflects = min(size.width, size.height) > radius
        return (0..<size.pixelCount).map { i in
            let (x, y) = (i % size.width, i / size.width)
            var sum = 0.0
            for v in -radius...radius {
                for u in -radius...radius {
                    let column = inside(x + u, size.width, reflects: reflects)
                    let row = inside(y + v, size.height, reflects: reflects)
                    sum += weights[v + radius] * weights[u + radius] * values[row * size.width + column]
                }
            }
            return sum
        }
    }

    static func normalizedBlur(_ values: [Double], _ mask: [Double], _ size: Size, _ sigma: Double) -> [Double] {
        let sums = blur(zip(values, mask).map(*), size, sigma), totals = blur(mask, size, sigma)
        return zip(sums, totals).map { $1 > 0 ? $0 / $1 : 0 }
    }

    /// √(G_σ ∗ (L − G_2σ ∗ L)²).
    static func energy(_ lightness: [Double], _ size: Size, _ sigma: Double) -> [Double] {
        let low = blur(lightness, size, 2 * sigma)
        return blur(zip(lightness, low).map { ($0 - $1) * ($0 - $1) }, size, sigma).map { $0.squareRoot() }
    }

    /// A cell's colour and its number of pixels.
    struct Cell {
        var sum = [0.0, 0.0, 0.0], count = 0.0
        var mean: [Double] { sum.map { $0 / count } }
    }

    static func key(_ color: [Double], _ cells: Int) -> [Int] {
        color.map { Int((Float($0) * (Float(cells) / 100)).rounded(.toNearestOrEven)) }
    }

    static func cells(_ colors: [[Double]], _ cells: Int) -> [[Int]: Cell] {
        var result: [[Int]: Cell] = [:]
        for color in colors {
            for c in 0..<3 { result[key(color, cells), default: Cell()].sum[c] += color[c] }
            result[key(color, cells), default: Cell()].count += 1
        }
        return result
    }

    static func colors(_ lab: LabImage) -> [[Double]] {
        (0..<lab.width * lab.height).map { [Double(lab.lightness[$0]), Double(lab.a[$0]), Double(lab.b[$0])] }
    }

    /// The mean shift of a colour among the kept cells.
    static func meanShift(
        _ color: [Double], _ palette: [Cell], _ sigma: Double, _ steps: Int, favorsRare: Bool
    ) -> [Double] {
        var y = color
        for _ in 0..<steps {
            // L counts by half.
            let distances = palette.map { cell in
                (0..<3).reduce(0) { $0 + pow((cell.mean[$1] - y[$1]) * ($1 == 0 ? 0.5 : 1), 2) }
            }
            let least = distances.min() ?? 0
            var sums = [0.0, 0.0, 0.0], total = 0.0
            for (cell, distance) in zip(palette, distances) {
                let weight = favorsRare ? cell.count.squareRoot().squareRoot() : cell.count
                let k = weight * exp((least - distance) / (2 * sigma * sigma))
                for c in 0..<3 { sums[c] += k * cell.mean[c] }
                total += k
            }
            y = sums.map { $0 / total }
        }
        return y
    }

    static func palette(_ painting: LabImage, _ count: Int) -> [Cell] {
        let all = cells(colors(painting), count).values
        let kept = all.filter { Int($0.count) >= max(2, painting.width * painting.height / 100_000) }
        return kept.isEmpty ? Array(all) : kept
    }

    /// `lab` projected, as L, a and b of each pixel.
    static func projected(
        _ colors: [[Double]], _ size: Size, _ chosen: [Bool], _ palette: [Cell], _ count: Int, sigma: Double,
        steps: Int, favorsRare: Bool = true
    ) -> [[Double]] {
        let picked = colors.indices.filter { chosen[$0] }
        let own = cells(picked.map { colors[$0] }, count)
        let moved = own.mapValues { meanShift($0.mean, palette, sigma, steps, favorsRare: favorsRare) }
        let mask = chosen.map { $0 ? 1.0 : 0 }
        let shifts = (0..<3).map { c in
            let shift = colors.indices.map { i -> Double in
                guard chosen[i], let cell = own[key(colors[i], count)], let to = moved[key(colors[i], count)]
                else { return 0 }
                return to[c] - cell.mean[c]
            }
            return normalizedBlur(shift, mask, size, 3)
        }
        return colors.indices.map { i in (0..<3).map { colors[i][$0] + (chosen[i] ? shifts[$0][i] : 0) } }
    }
}

/// Pictures to test with.
enum Sample {
    /// Areas of a few colours in `range` with some noise.
    static func painting(
        _ width: Int, _ height: Int, seed: UInt64, range: ClosedRange<Float> = 0.15...0.85, noise: Float = 0.05
    ) -> Image {
        var generator = SeededGenerator(seed: seed)
        let tones = (0..<12).map { _ in
            SIMD3<Float>.random(in: range, using: &generator)
        }
        var image = Image(width: width, height: height, values: [Float](repeating: 0, count: 3 * width * height))
        for y in 0..<height {
            for x in 0..<width {
                image[x, y] =
                    tones[(x / 7 + 3 * (y / 5)) % 12] + SIMD3<Float>.random(in: -noise...noise, using: &generator)
            }
        }
        return image
    }

    static func flat(_ width: Int, _ height: Int, _ color: SIMD3<Float>) -> Image {
        Image(
            width: width, height: height,
            values: (0..<width * height).flatMap { _ in [color.x, color.y, color.z] })
    }

    /// 1 in a rectangle.
    static func mask(_ width: Int, _ height: Int, _ columns: Range<Int>, _ rows: Range<Int>) -> Mask {
        var mask = Mask(width: width, height: height, repeating: 0)
        for y in rows { for x in columns { mask[x, y] = 1 } }
        return mask
    }
}

func sameBits(_ a: some Sequence<Float>, _ b: some Sequence<Float>) -> Bool {
    a.map(\.bitPattern) == b.map(\.bitPattern)
}

func double(_ values: some Sequence<Float>) -> [Double] { values.map(Double.init) }
