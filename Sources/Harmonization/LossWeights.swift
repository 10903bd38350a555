internal import Foundation

/// The factors of the losses in the weighted sum that a pass minimises.
public struct LossWeights: Equatable, Codable, Sendable {
    /// The factors of the content, style, histogram and total-variation losses.
    public var content, style, histogram, tv: Double

    /// Weights with the given factors.
    public init(content: Double, style: Double, histogram: Double, tv: Double) {
        (self.content, self.style, self.histogram, self.tv) = (content, style, histogram, tv)
    }

    /// The style weight of pass 2 at a style level τ: 10^(0.36·τ − 0.25), about 1 at τ = 1, 35 at 5 and 2200 at 10.
    ///
    /// From realist to Cubist paintings, the ratio of style to content spans three powers of ten, and a level is a step
    /// of equal effect. The paper's 4τ spans one power of ten.
    static func style(level: Double) -> Double { pow(10, 0.36 * level - 0.25) }

    /// The smoothness of a painting, 1 for a smooth and 0 for a grainy one: 1 / (1 + e^min(50, 10⁴·mtv − 25)), with mtv
    /// the painting's median variation (Luan et al. 2018, section 4).
    package static func smoothness(medianVariation: Float) -> Double {
        1 / (1 + exp(min(50, 1e4 * Double(medianVariation) - 25)))
    }
}

extension Settings {
    /// The weights of pass 1 for a style level: content 1, style 3·√s with s the style weight of pass 2, unless given.
    ///
    /// Pass 2 matches the result of pass 1, so shapes must survive pass 1 at high levels too: with s itself, the hands
    /// of a clock came out weaker. With `usesPaperMethod` style is 20.
    package func pass1Weights(level: Double) -> LossWeights {
        let style = usesPaperMethod ? 20 : 3 * LossWeights.style(level: level).squareRoot()
        return LossWeights(content: contentWeight ?? 1, style: styleWeight ?? style, histogram: 0, tv: 0)
    }

    /// The weights of pass 2 for a style level and the smoothness of the painting: content 1, style s by the level,
    /// histogram 0.05·s·(2 − smoothness) and TV 0 unless given.
    ///
    /// With `usesPaperMethod`, s = 4τ and TV 0.4τ·smoothness. There, total variation suppresses the colour noise of
    /// unconstrained pixels; without that noise it only weakens strokes.
    package func pass2Weights(level: Double, smoothness: Double) -> LossWeights {
        let style = usesPaperMethod ? 4 * level : LossWeights.style(level: level)
        return LossWeights(
            content: contentWeight ?? 1, style: styleWeight ?? style,
            histogram: histogramWeight ?? 0.05 * style * (2 - smoothness),
            tv: tvWeight ?? (usesPaperMethod ? 0.1 * style * smoothness : 0))
    }
}
