package import Compute
internal import Foundation
package import Geometry

/// Separable convolution of interleaved channels with a `size`×`size` Gaussian of standard deviation σ (weights
/// e^(−r²/2σ²), normalized to sum 1).
///
/// Padding reflects without repeating the edge; a picture with a side of at most `size`/2 repeats its edge instead.
package enum GaussianBlur {
    /// The side of the kernel for a σ: 2·⌈3σ⌉ + 1, beyond which 0.3 % of the weight along an axis lies.
    package static func size(sigma: Double) -> Int { 2 * Int((3 * sigma).rounded(.up)) + 1 }

    /// `values` (H×W×`channels` of `picture`) blurred with a kernel of ``size(sigma:)``.
    package static func blur(_ values: FloatBuffer, _ picture: Size, channels: Int, sigma: Double) -> FloatBuffer {
        blur(values, picture, channels: channels, size: size(sigma: sigma), sigma: sigma)
    }

    /// The normalized convolution (Knutsson and Westin 1993) G∗(w·v) / G∗w of `values` v with the `weights` w: the
    /// weighted mean of the pixels under the kernel; 0 where their weights are all 0.
    ///
    /// - Parameters:
    ///   - values: H×W×`channels`, of the size of `weights`.
    ///   - weights: numbers of at least 0, such as a mask.
    package static func normalizedBlur(
        _ values: FloatBuffer, weights: Mask, channels: Int, sigma: Double
    ) -> FloatBuffer {
        precondition(
            values.count == weights.size.pixelCount * channels,
            "\(values.count) values for weights of \(weights.size) with \(channels) channels")
        let width = weights.width, height = weights.height, count = channels + 1
        let weighted = FloatBuffer(count: weights.size.pixelCount * count) { out in
            values.read { values in
                weights.values.read { weights in
                    parallelFor(height) { y in
                        for i in y * width..<(y + 1) * width {
                            for c in 0..<channels { out[i * count + c] = weights[i] * values[i * channels + c] }
                            out[i * count + channels] = weights[i]
                        }
                    }
                }
            }
        }
        let sums = blur(weighted, weights.size, channels: count, sigma: sigma)
        return FloatBuffer(count: values.count) { out in
            sums.read { sums in
                parallelFor(height) { y in
                    for i in y * width..<(y + 1) * width {
                        let total = sums[i * count + channels]
                        for c in 0..<channels { out[i * channels + c] = total > 0 ? sums[i * count + c] / total : 0 }
                    }
                }
            }
        }
    }

    /// `values` (H×W×`channels` of `picture`) blurred with a `size`×`size` kernel. `size` is odd. O(W·H·size).
    package static func blur(
        _ values: FloatBuffer, _ picture: Size, channels: Int, size: Int, sigma: Double
    ) -> FloatBuffer {
        precondition(size > 0 && size % 2 == 1 && sigma > 0, "a blur needs an odd size and a sigma above 0")
        let radius = size / 2
        let weights = gaussian(size: size, sigma: sigma)
        let reflects = min(picture.width, picture.height) > radius
        let columns = padded(picture.width, radius: radius, reflects: reflects)
        let order = padded(picture.height, radius: radius, reflects: reflects)
        let (line, height) = (picture.width * channels, picture.height)
        // The indices within a row of the values of a padded row.
        let places = columns.flatMap { column in (0..<channels).map { column * channels + $0 } }
        // The weights are the outer loop, so that the inner one over a whole row of sums vectorizes.
        let across = FloatBuffer(count: values.count) { out in
            values.read { values in
                parallelFor(height) { y in
                    let row = places.map { values[y * line + $0] }, sums = out + y * line
                    sums.update(repeating: 0, count: line)
                    row.withUnsafeBufferPointer { row in
                        for k in 0..<size {
                            let (from, weight) = (k * channels, weights[k])
                            for i in 0..<line { sums[i] += weight * row[from + i] }
                        }
                    }
                }
            }
        }
        return FloatBuffer(count: values.count) { out in
            across.read { rows in
                parallelFor(height) { y in
                    let sums = out + y * line
                    sums.update(repeating: 0, count: line)
                    for k in 0..<size {
                        let (row, weight) = (rows + order[y + k] * line, weights[k])
                        for i in 0..<line { sums[i] += weight * row[i] }
                    }
                }
            }
        }
    }

    private static func gaussian(size: Int, sigma: Double) -> [Float] {
        let weights = (0..<size).map { i in
            let r = Double(i) - Double(size - 1) / 2
            return exp(-r * r / (2 * sigma * sigma))
        }
        let total = weights.reduce(0, +)
        return weights.map { Float($0 / total) }
    }

    /// The source indices of a line of `count` values padded by `radius` at each end.
    private static func padded(_ count: Int, radius: Int, reflects: Bool) -> [Int] {
        (-radius..<count + radius).map { i in
            if reflects { return i < 0 ? -i : i >= count ? 2 * (count - 1) - i : i }
            return min(max(i, 0), count - 1)
        }
    }
}

extension Image {
    /// Each channel convolved with a `size`×`size` Gaussian of standard deviation `sigma`, like
    /// ``Mask/blurred(size:sigma:)``.
    package func blurred(size: Int, sigma: Double) -> Image {
        Image(
            width: width, height: height,
            values: GaussianBlur.blur(values, self.size, channels: 3, size: size, sigma: sigma))
    }
}
