internal import Foundation

/// What a user may choose about a harmonization.
public struct Settings: Equatable, Sendable {
    /// The evaluations of loss and gradient in pass 1 and in pass 2. With 0 a pass evaluates once, at the composite.
    public var iterations: (first: Int, second: Int) {
        get { (firstIterations, secondIterations) }
        set { (firstIterations, secondIterations) = newValue }
    }
    private var firstIterations = 200, secondIterations = 200

    /// The style level τ, 1…10: 1 for Renaissance to Realism, 5 for (Post-)Impressionism, 10 for Expressionism and
    /// Cubism. Sets the weights of pass 2 that are not given below.
    public var styleLevel: Double = 5

    /// The range that histogram bins span.
    public var histogramRange: HistogramRange = .style

    /// Raw weights, at least 0; nil leaves the default. Content and style count in both passes, histogram and total
    /// variation in the second.
    public var contentWeight, styleWeight, histogramWeight, tvWeight: Double?

    /// The threads that work at a time, at least 1; nil: one for each core. Results do not depend on it beyond rounding.
    public var threads: Int?

    /// The default settings.
    public init() {}

    /// Whether every value is in its range.
    package var areValid: Bool {
        firstIterations >= 0 && secondIterations >= 0 && threads ?? 1 >= 1 && (1...10).contains(styleLevel)
            && [contentWeight, styleWeight, histogramWeight, tvWeight].allSatisfy {
                $0.map { $0 >= 0 && $0.isFinite } ?? true
            }
    }

    /// The weights of pass 1: content 1 and style 20 unless given.
    package var firstWeights: LossWeights {
        LossWeights(content: contentWeight ?? 1, style: styleWeight ?? 20, histogram: 0, tv: 0)
    }

    /// The weights of pass 2 for a painting of the given calm: content 1, style 4τ, histogram 0.2τ·(2 − calm) and TV
    /// 0.4τ·calm unless given.
    package func secondWeights(calm: Double) -> LossWeights {
        LossWeights(
            content: contentWeight ?? 1, style: styleWeight ?? 4 * styleLevel,
            histogram: histogramWeight ?? 0.2 * styleLevel * (2 - calm), tv: tvWeight ?? 0.4 * styleLevel * calm)
    }

    /// 1 for a smooth painting, 0 for a grainy one: 1 / (1 + e^min(50, 10⁴·mtv − 25)), mtv the painting's median
    /// variation (Luan et al. 2018, section 4).
    package static func calm(medianVariation: Float) -> Double {
        1 / (1 + exp(min(50, 1e4 * Double(medianVariation) - 25)))
    }
}
