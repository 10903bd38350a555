internal import Foundation

/// Convolution of planes of interleaved channels with a `size`×`size` Gaussian of standard deviation σ (weights
/// e^(−r²/2σ²), summing to 1), one direction after the other.
///
/// The border reflects without repeating the edge; a plane with a side of at most `size`/2 repeats its edge instead.
enum GaussianBlur {
    /// `values` (H×W×`channels` of `picture`) blurred. `size` is odd. O(W·H·size).
    static func blur(_ values: [Float], _ picture: Size, channels: Int, size: Int, sigma: Double) -> [Float] {
        precondition(size > 0 && size % 2 == 1 && sigma > 0, "a blur needs an odd size and a sigma above 0")
        let radius = size / 2
        let weights = gaussian(size: size, sigma: sigma)
        let reflects = min(picture.width, picture.height) > radius
        let columns = padded(picture.width, radius: radius, reflects: reflects)
        let order = padded(picture.height, radius: radius, reflects: reflects)
        let (line, height) = (picture.width * channels, picture.height)
        // Where the values of a row of pixels, with `radius` more at each end, stand in the row.
        let places = columns.flatMap { column in (0..<channels).map { column * channels + $0 } }
        var across = [Float](repeating: 0, count: values.count), result = across
        // Each sum runs over one weight after the other, a whole row of sums at a time, which vectors can do.
        values.withUnsafeBufferPointer { values in
            across.withUnsafeMutableBufferPointer { out in
                nonisolated(unsafe) let (values, out) = (values, out)
                concurrently(rows: height) { y in
                    let row = places.map { values[y * line + $0] }
                    for k in 0..<size {
                        let (from, to, weight) = (k * channels, y * line, weights[k])
                        for i in 0..<line { out[to + i] += weight * row[from + i] }
                    }
                }
            }
        }
        across.withUnsafeBufferPointer { rows in
            result.withUnsafeMutableBufferPointer { out in
                nonisolated(unsafe) let (rows, out) = (rows, out)
                concurrently(rows: height) { y in
                    for k in 0..<size {
                        let (from, to, weight) = (order[y + k] * line, y * line, weights[k])
                        for i in 0..<line { out[to + i] += weight * rows[from + i] }
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
}

extension Mask {
    /// Convolved with a `size`×`size` Gaussian of standard deviation `sigma` (weights e^(−r²/2σ²), summing to 1).
    ///
    /// The border reflects without repeating the edge; a mask with a side of at most `size`/2 repeats its edge instead.
    /// `size` is odd. O(W·H·size).
    public func blurred(size: Int, sigma: Double) -> Mask {
        Mask(
            width: width, height: height,
            values: GaussianBlur.blur(values, self.size, channels: 1, size: size, sigma: sigma))
    }
}

extension Image {
    /// Convolved with a `size`×`size` Gaussian of standard deviation `sigma`, each channel for itself, as
    /// ``Mask/blurred(size:sigma:)`` is.
    package func blurred(size: Int, sigma: Double) -> Image {
        Image(
            width: width, height: height,
            values: GaussianBlur.blur(values, self.size, channels: 3, size: size, sigma: sigma))
    }
}
