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
        let columns = Self.padded(width, radius: radius, reflects: reflects)
        let order = Self.padded(height, radius: radius, reflects: reflects)
        let (width, height) = (width, height)
        var across = Mask(width: width, height: height, repeating: 0), result = across
        // Each sum runs over one weight after the other, a whole row of sums at a time, which vectors can do.
        values.withUnsafeBufferPointer { values in
            across.values.withUnsafeMutableBufferPointer { out in
                nonisolated(unsafe) let (values, out) = (values, out)
                concurrently(rows: height) { y in
                    let line = columns.map { values[y * width + $0] }
                    for k in 0..<size {
                        let weight = weights[k]
                        for x in 0..<width { out[y * width + x] += weight * line[x + k] }
                    }
                }
            }
        }
        across.values.withUnsafeBufferPointer { rows in
            result.values.withUnsafeMutableBufferPointer { out in
                nonisolated(unsafe) let (rows, out) = (rows, out)
                concurrently(rows: height) { y in
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

    /// The indices of a line of `count` values with `radius` more at each end.
    private static func padded(_ count: Int, radius: Int, reflects: Bool) -> [Int] {
        (-radius..<count + radius).map { i in
            if reflects { return i < 0 ? -i : i >= count ? 2 * (count - 1) - i : i }
            return min(max(i, 0), count - 1)
        }
    }

    /// The loose mask of a tight one: 1 where its blur by a k×k Gaussian with σ = k/3 reaches 0.1, else 0, with k from
    /// ``looseBlurSize(for:object:)``.
    ///
    /// An object so thin that its blur reaches 0.1 nowhere gets the pixels that reach half of the blur's maximum.
    ///
    /// A mask of a part of the painting is told the `size` of the blur. With more than half of that in zeros at each side
    /// that is not the painting's own, it gets the values that the whole mask would get.
    public func loosened(size: Int? = nil) -> Mask {
        let object = bounds.map { Size(width: $0.columns.count, height: $0.rows.count) }
        let size = size ?? Self.looseBlurSize(for: self.size, object: object ?? self.size)
        let blur = blurred(size: size, sigma: Double(size) / 3)
        let largest = blur.values.max() ?? 0
        let threshold = largest >= 0.1 ? 0.1 : largest / 2
        return blur.thresholded(at: threshold)
    }

    /// k, the columns and rows of the blur that makes a loose mask: 2·max(1, round(17·L/700)) + 1, where L is the
    /// painting's long side (k is 35 at 700 pixels).
    ///
    /// Of a painting over 700 pixels no more counts than five times the object's long side: a small object in a large
    /// painting would otherwise be surrounded by more changed pixels than it has itself.
    public static func looseBlurSize(for painting: Size, object: Size) -> Int {
        let objectSide = max(object.width, object.height)
        let longSide = Double(min(max(painting.width, painting.height), max(700, 5 * objectSide)))
        return 2 * max(1, Int((17 * longSide / 700).rounded(.toNearestOrEven))) + 1
    }

    /// 1 where the value is at least `threshold`, else 0. Where nothing is above 0 the result is empty.
    public func thresholded(at threshold: Float) -> Mask {
        Mask(width: width, height: height, values: values.map { $0 > 0 && $0 >= threshold ? 1 : 0 })
    }

    /// Whether no value is above 0.
    public var isEmpty: Bool { !values.contains { $0 > 0 } }
}
