/// The weighted mean and covariance of a picture's colours.
///
/// With weights w and colours x (sRGB, 0…1),
///
///     mean = Σ w·x / Σ w,  covariance = Σ w·(x − mean)·(x − mean)ᵀ / Σ w.
package struct ColorStatistics: Equatable, Sendable {
    /// The mean colour, in 0…1.
    package var mean: SIMD3<Double>
    /// The covariance: symmetric and positive semidefinite; the variance of each channel is at most 1/4.
    package var covariance: Matrix3

    /// Statistics with the given mean and covariance.
    package init(mean: SIMD3<Double>, covariance: Matrix3) { (self.mean, self.covariance) = (mean, covariance) }

    /// The statistics of `image`; nil where no weight is above 0.
    ///
    /// Pixels of weight 0 are ignored, whatever their colour.
    ///
    /// - Parameter weights: w, of the image's size.
    package init?(_ image: Image, weights: Mask) {
        precondition(weights.size == image.size, "weights of \(weights.size) for a picture of \(image.size)")
        var total = 0.0, sum = SIMD3<Double>.zero
        Self.forEach(image, weights) { weight, color in
            total += weight
            sum += weight * color
        }
        guard total > 0 else { return nil }
        let mean = sum / total
        // Two passes: mean square minus squared mean would cancel the digits of small variances.
        var spread = Matrix3(diagonal: .zero)
        Self.forEach(image, weights) { weight, color in
            let d = color - mean
            spread.x += weight * (d.x * d)
            spread.y += weight * (d.y * d)
            spread.z += weight * (d.z * d)
        }
        self.init(mean: mean, covariance: Matrix3(spread.x / total, spread.y / total, spread.z / total))
    }

    private static func forEach(_ image: Image, _ weights: Mask, _ body: (Double, SIMD3<Double>) -> Void) {
        image.values.read { values in
            weights.values.read { weights in
                for i in 0..<image.size.pixelCount where weights[i] > 0 {
                    body(
                        Double(weights[i]),
                        SIMD3(Double(values[3 * i]), Double(values[3 * i + 1]), Double(values[3 * i + 2])))
                }
            }
        }
    }
}
