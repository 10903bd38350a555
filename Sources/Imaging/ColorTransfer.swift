/// The linear Monge–Kantorovich colour mapping (Pitié and Kokaram 2007, "The linear Monge-Kantorovitch linear colour
/// mapping for example-based colour transfer").
///
/// Of all affine mappings from colours of mean a and covariance A to mean b and covariance B, it has the least mean
/// squared displacement:
///
///     x ↦ T·(x − a) + b,  T = A^(−½)·(A^(½)·B·A^(½))^(½)·A^(−½).
package struct ColorTransfer: Equatable, Sendable {
    /// T: symmetric, positive semidefinite.
    package let matrix: Matrix3

    private let source, target: SIMD3<Double>

    /// The mapping from colours with the statistics `source` to those with the statistics `target`.
    ///
    /// - Parameter ridge: the variance, above 0, added to A and B in every direction. A single colour, or greys only,
    ///   make A singular: T would be infinite or amplify noise. The default, the square of an 8-bit step, is about the
    ///   level of quantization noise and far below the visible. As it is added to both, equal statistics still give the
    ///   identity; otherwise the resulting covariance is off by `ridge`·(1 − T²).
    package init(from source: ColorStatistics, to target: ColorStatistics, ridge: Double = 1.0 / (255 * 255)) {
        precondition(ridge > 0, "a ridge is above 0, got \(ridge)")
        let floor = Matrix3(diagonal: SIMD3(repeating: ridge))
        let a = source.covariance + floor, b = target.covariance + floor
        // Only rounding puts an eigenvalue below the ridge.
        let root = a.mappingEigenvalues { max($0, ridge).squareRoot() }
        let inverse = a.mappingEigenvalues { 1 / max($0, ridge).squareRoot() }
        let middle = (root * b * root).mappingEigenvalues { max($0, 0).squareRoot() }
        matrix = inverse * middle * inverse
        (self.source, self.target) = (source.mean, target.mean)
    }

    /// The mapped colour, not clamped.
    package func callAsFunction(_ color: SIMD3<Double>) -> SIMD3<Double> { matrix * (color - source) + target }
}
