/// The weights of what patches are compared by, in units of CIELAB/100, and the scales of the guides in pixels.
package struct GuideWeights: Equatable, Sendable {
    /// The weight of a and b relative to L, in picture and guide. Below 1, a rare colour may be painted with strokes of
    /// another one.
    package var chroma: Float = 0.5
    /// The weight of the colour guide, and the σ of its blur.
    package var color: Float = 1, colorSigma = 2.0
    /// The weight of the detail guide, and the σ of the blur that detail is finer than. 0 leaves it out.
    package var detail: Float = 1, detailSigma = 6.0
    /// The weight of the stroke energy, its σ, and the quantile of the painting's energies that is aimed at. 0 leaves
    /// it out.
    package var energy: Float = 4, energySigma = 3.0, energyQuantile = 0.7

    /// The weight of the direction of strokes, w of ``DirectionGuide``, and the σ over which the painting's strokes and
    /// the object's contours have one. 0 leaves it out.
    package var direction: Float = 0, strokeSigma = 3.0, contourSigma = 8.0

    /// The default weights.
    package init() {}
}
