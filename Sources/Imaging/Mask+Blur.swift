internal import Foundation

extension Mask {
    /// Convolved with a `size`×`size` Gaussian of standard deviation `sigma` (weights e^(−r²/2σ²), summing to 1).
    ///
    /// The border reflects without repeating the edge; a mask with a side of at most `size`/2 repeats its edge instead.
    /// `size` is odd. O(W·H·size).
    public func blurred(size: Int, sigma: Double) -> Mask {
        precondition(size > 0 && size % 2 == 1 && sigma > 0, "a blur needs an odd size and a sigma above 0")
        let radius = size / 2
        let weights = Self.gaussian(size: size, sigma: sigma)
        let reflects = min(width, height) > radius
        var rows = values
        for y in 0..<height {
            let line = Self.padded(values[y * width..<(y + 1) * width], radius: radius, reflects: reflects)
            for x in 0..<width {
                var sum: Float = 0
                for k in 0..<size { sum += weights[k] * line[x + k] }
                rows[y * width + x] = sum
            }
        }
        // Down the columns a whole row at a time, so that memory is read in order.
        var result = Mask(width: width, height: height, repeating: 0)
        let order = Self.padded((0..<height).map { Float($0) }[...], radius: radius, reflects: reflects).map { Int($0) }
        rows.withUnsafeBufferPointer { rows in
            result.values.withUnsafeMutableBufferPointer { out in
                for y in 0..<height {
                    for k in 0..<size {
                        let (from, to, weight) = (order[y + k] * width, y * width, weights[k])
                        for x in 0..<width { out[to + x] += weight * rows[from + x] }
                    }
                }
            }
        }
        return result
    }

    private static func gaussian(size: Int, sigma: Double) -> [Float] {
        let weights = (0..<size).map { i in
            let r = Double(i) - Double(size - 1) / 2
            return exp(-r * r / (2 * sigma * sigma))
        }
        let total = weights.reduce(0, +)
        return weights.map { Float($0 / total) }
    }

    private static func padded(_ line: ArraySlice<Float>, radius: Int, reflects: Bool) -> [Float] {
        let (first, last) = (line.startIndex, line.endIndex - 1)
        return (-radius..<line.count + radius).map { i in
            if reflects { return line[first + (i < 0 ? -i : i >= line.count ? 2 * (line.count - 1) - i : i)] }
            return line[min(max(first + i, first), last)]
        }
    }

    /// The loose mask of a tight one: 1 where its blur by a k×k Gaussian with σ = k/3 reaches 0.1, else 0, with
    /// k = 2·max(1, round(17·L/700)) + 1 for a long side of L pixels (35 at 700).
    ///
    /// An object so thin that its blur reaches 0.1 nowhere gets the pixels that reach half of the blur's maximum.
    public func loosened(size: Int? = nil) -> Mask {
        let longSide = Double(max(width, height))
        let size = size ?? 2 * max(1, Int((17 * longSide / 700).rounded(.toNearestOrEven))) + 1
        let blur = blurred(size: size, sigma: Double(size) / 3)
        let largest = blur.values.max() ?? 0
        let threshold = largest >= 0.1 ? 0.1 : largest / 2
        return blur.thresholded(at: threshold)
    }

    /// 1 where the value is at least `threshold`, else 0. Where nothing is above 0 the result is empty.
    public func thresholded(at threshold: Float) -> Mask {
        Mask(width: width, height: height, values: values.map { $0 > 0 && $0 >= threshold ? 1 : 0 })
    }

    /// Whether no value is above 0.
    public var isEmpty: Bool { !values.contains { $0 > 0 } }
}
