import Imaging
import Tensors
import TestSupport

/// The mean and covariance of colours as they are defined, element by element.
struct PlainStatistics {
    let mean: [Double]
    let covariance: [[Double]]

    init(_ colors: [SIMD3<Double>], weights: [Double]) {
        let total = weights.reduce(0, +)
        func mean(_ value: (SIMD3<Double>) -> Double) -> Double {
            var sum = 0.0
            for (color, weight) in zip(colors, weights) { sum += weight * value(color) }
            return sum / total
        }
        let means = (0..<3).map { c in mean { $0[c] } }
        self.mean = means
        covariance = (0..<3).map { r in
            (0..<3).map { c in mean { ($0[r] - means[r]) * ($0[c] - means[c]) } }
        }
    }

    /// The same numbers as the library has them.
    var statistics: ColorStatistics {
        ColorStatistics(
            mean: SIMD3(mean), covariance: Matrix3(SIMD3(covariance[0]), SIMD3(covariance[1]), SIMD3(covariance[2])))
    }

    /// The largest difference from `statistics`; NaN where those have one.
    func difference(_ statistics: ColorStatistics) -> Double {
        var differences = (0..<3).map { abs(mean[$0] - statistics.mean[$0]) }
        for r in 0..<3 {
            for c in 0..<3 { differences.append(abs(covariance[r][c] - statistics.covariance[c][r])) }
        }
        return differences.allSatisfy(\.isFinite) ? differences.reduce(0, max) : .nan
    }
}

extension Image {
    /// The colours in raster order.
    var colors: [SIMD3<Double>] {
        (0..<width * height).map { SIMD3<Double>(self[$0 % width, $0 / width]) }
    }

    /// Random colours whose channels belong together, around a random mean: each is a mixture of three random numbers.
    static func mixed(width: Int, height: Int, spread: Float = 0.2, seed: UInt64) -> Image {
        var generator = SeededGenerator(seed: seed)
        func random() -> SIMD3<Float> { SIMD3.random(in: -1...1, using: &generator) }
        let mean = 0.5 + 0.2 * random(), mixture = [random(), random(), random()]
        var image = Image(width: width, height: height, values: Array(repeating: 0, count: 3 * width * height))
        for y in 0..<height {
            for x in 0..<width {
                let n = spread / 2 * random()
                image[x, y] = mean + n.x * mixture[0] + n.y * mixture[1] + n.z * mixture[2]
            }
        }
        return image
    }

    /// One colour everywhere.
    static func constant(width: Int, height: Int, _ color: SIMD3<Float>) -> Image {
        let values = (0..<width * height).flatMap { _ in [color.x, color.y, color.z] }
        return Image(width: width, height: height, values: values)
    }

    /// Random greys.
    static func greys(width: Int, height: Int, seed: UInt64) -> Image {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<width * height).flatMap { _ -> [Float] in
            Array(repeating: Float.random(in: 0...1, using: &generator), count: 3)
        }
        return Image(width: width, height: height, values: values)
    }
}

extension Mask {
    /// Random values in 0…1.
    static func random(width: Int, height: Int, seed: UInt64) -> Mask {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<width * height).map { _ in Float.random(in: 0...1, using: &generator) }
        return Mask(width: width, height: height, values: values)
    }
}
