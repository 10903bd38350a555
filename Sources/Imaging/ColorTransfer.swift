/// The linear Monge–Kantorovich colour mapping (Pitié and Kokaram 2007, "The linear Monge-Kantorovitch linear colour
/// mapping for example-based colour transfer").
///
/// Among the affine mappings that give colours of covariance A the mean and the covariance B of others, it is the one
/// that moves them least (in the mean of the squared distances):
///
///     x ↦ T·(x − source's mean) + target's mean,  T = A^(−½)·(A^(½)·B·A^(½))^(½)·A^(−½).
package struct ColorTransfer: Equatable, Sendable {
    /// T: symmetric, with no eigenvalue below 0.
    package let matrix: Matrix3

    private let source, target: SIMD3<Double>

    /// The mapping from colours with the statistics `source` to those with the statistics `target`.
    ///
    /// - Parameter ridge: the variance, above 0, that is added to A and B in every direction. Colours that are all alike,
    ///   or all grey, leave directions without variance, in which A has no inverse; there T would be infinite, or would
    ///   blow up what noise there is. The square of an 8-bit step is about the least that can be told from noise, and far
    ///   below what is seen. As it is added to both, equal statistics still give the identity; otherwise the covariance
    ///   comes out wrong by `ridge`·(1 − T²).
    package init(from source: ColorStatistics, to target: ColorStatistics, ridge: Double = 1.0 / (255 * 255)) {
        precondition(ridge > 0, "a ridge is above 0, got \(ridge)")
        let floor = Matrix3(diagonal: SIMD3(repeating: ridge))
        let a = source.covariance + floor, b = target.covariance + floor
        // No variance is below the ridge but by rounding.
        let root = a.mappingEigenvalues { max($0, ridge).squareRoot() }
        let inverse = a.mappingEigenvalues { 1 / max($0, ridge).squareRoot() }
        let middle = (root * b * root).mappingEigenvalues { max($0, 0).squareRoot() }
        matrix = inverse * middle * inverse
        (self.source, self.target) = (source.mean, target.mean)
    }

    /// Where `color` goes; not clamped.
    package func callAsFunction(_ color: SIMD3<Double>) -> SIMD3<Double> { matrix * (color - source) + target }
}
