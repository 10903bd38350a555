internal import Compute
package import Imaging

/// The direction of strokes and contours, by the structure tensor (Bigün and Granlund 1987, Förstner and Gülch 1987).
///
/// With the lightness' gradient ∇L = (L_x, L_y), smoothed by a Gaussian of σ_g, and the tensor J = G_σ ∗ ∇L ∇Lᵀ,
///
///     d = (J_xx − J_yy, 2·J_xy) / (J_xx + J_yy + ε²).
///
/// d has twice the gradient's angle, so that opposite directions are the same, and its length is the coherence: from 0
/// (no direction, or no contrast above ε) to 1 (parallel strokes).
package enum StrokeDirection {
    /// d at each pixel (H×W×2).
    ///
    /// - Parameters:
    ///   - lightness: L at the pixels of a picture of `size`, row by row.
    ///   - gradientSigma: σ_g in pixels, above 0.
    ///   - sigma: σ in pixels, above 0.
    ///   - noise: ε, in units of L per pixel, above 0: the gradient below which there is no direction.
    package static func plane(
        of lightness: FloatBuffer, size: Size, gradientSigma: Double, sigma: Double, noise: Float
    ) -> FloatBuffer {
        precondition(lightness.count == size.pixelCount, "\(lightness.count) values for a plane of \(size)")
        let (width, height) = (size.width, size.height)
        let smooth = GaussianBlur.blur(lightness, size, channels: 1, sigma: gradientSigma)
        let products = FloatBuffer(count: 3 * size.pixelCount) { out in
            smooth.read { l in
                parallelFor(height) { y in
                    let (row, above, below) = (y * width, max(y - 1, 0) * width, min(y + 1, height - 1) * width)
                    for x in 0..<width {
                        let dx = (l[row + min(x + 1, width - 1)] - l[row + max(x - 1, 0)]) / 2
                        let dy = (l[below + x] - l[above + x]) / 2
                        let i = 3 * (row + x)
                        (out[i], out[i + 1], out[i + 2]) = (dx * dx, dy * dy, dx * dy)
                    }
                }
            }
        }
        let tensor = GaussianBlur.blur(products, size, channels: 3, sigma: sigma)
        return FloatBuffer(count: 2 * size.pixelCount) { out in
            tensor.read { tensor in
                for i in 0..<size.pixelCount {
                    let (xx, yy, xy) = (tensor[3 * i], tensor[3 * i + 1], tensor[3 * i + 2])
                    let inverse = 1 / (xx + yy + noise * noise)
                    (out[2 * i], out[2 * i + 1]) = ((xx - yy) * inverse, 2 * xy * inverse)
                }
            }
        }
    }
}

/// The guide by which strokes follow the object's form: a match at q of a pixel p costs, besides what its patch does,
///
///     n²·w·(|t_p| − ⟨t_p, s_q⟩),
///
/// with s the directions of the painting's strokes and t those of the object's contours, spread over its surfaces: 0
/// where strokes run along the contours, 2·n²·w where they cross them, 0 where the object has no direction. In a
/// painting of dots, w is small: it is ``GuideWeights/direction`` times (m − 0.25)/0.4, held to 0…1, with m the median
/// of |s|.
///
/// Painters lay strokes along contours; that strokes should be normal to the gradient is Haeberli's (1990), a smooth
/// field of directions Litwinowicz's (1997).
struct DirectionGuide: Sendable {
    /// n²·w.
    let weight: Float
    /// s (H×W×2) in a painting of `width`, and t of the target.
    let source, target: FloatBuffer
    let width: Int

    private static let sampleStep = 7

    /// The guide to paint `structure` with the strokes of `painting`, in a level of the pyramid whose pixels are
    /// 1/`scale` of those that `weights` counts in; nil if it has no weight.
    init?(_ painting: LabImage, structure: LabImage, _ weights: GuideWeights, side: Int, scale: Double) {
        guard weights.direction > 0 else { return nil }
        width = painting.width
        source = StrokeDirection.plane(
            of: painting.lightness, size: Size(width: width, height: painting.height), gradientSigma: 0.7,
            sigma: max(weights.strokeSigma * scale, 1), noise: 0.5)
        let directions = source
        let lengths = stride(from: 0, to: directions.count, by: 2 * Self.sampleStep).map { i -> Float in
            let (x, y) = (directions[i], directions[i + 1])
            return (x * x + y * y).squareRoot()
        }.sorted()
        let median = lengths.isEmpty ? 0 : lengths[lengths.count / 2]
        weight = weights.direction * min(max((median - 0.25) / 0.4, 0), 1) * Float(side * side)
        // Spread far, as plain surfaces take the direction of their contours; the texture of a photograph gives none.
        target = StrokeDirection.plane(
            of: structure.lightness, size: Size(width: structure.width, height: structure.height),
            gradientSigma: max(1.5 * scale, 0.7), sigma: max(weights.contourSigma * scale, 1.5), noise: 1.5)
    }
}
