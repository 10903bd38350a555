internal import Foundation

/// The factors of the losses in the weighted sum that a pass minimises.
public struct LossWeights: Equatable, Codable, Sendable {
    /// The factors of the content, style, histogram and total-variation losses.
    public var content, style, histogram, tv: Double

    /// The given factors.
    public init(content: Double, style: Double, histogram: Double, tv: Double) {
        (self.content, self.style, self.histogram, self.tv) = (content, style, histogram, tv)
    }

    /// The style weight of pass 2 at a style level τ: 10^(0.36·τ − 0.25), about 1 at τ = 1, 35 at 5 and 2200 at 10.
    ///
    /// Between a painting whose objects are drawn as they are and one whose objects are made of facets, the ratio of
    /// style to content spans three powers of ten, and a level is a step of equal effect; 4τ, the paper's balance,
    /// changes by ten.
    static func style(level: Double) -> Double { pow(10, 0.36 * level - 0.25) }

    /// The smoothness of a painting, 1 for a smooth and 0 for a grainy one: 1 / (1 + e^min(50, 10⁴·mtv − 25)), with mtv
    /// the painting's median variation (Luan et al. 2018, section 4).
    package static func calm(medianVariation: Float) -> Double {
        1 / (1 + exp(min(50, 1e4 * Double(medianVariation) - 25)))
    }
}

extension Settings {
    /// The weights of pass 1 for a style level: content 1, style 3·√s with s the style weight of pass 2, unless given.
    ///
    /// Pass 2 is matched by the result of pass 1, so where style counts most, shapes must not be lost yet: at s itself
    /// a clock's hands came out weaker. In the faithful method style is 20.
    package func pass1Weights(level: Double) -> LossWeights {
        let style = isFaithful ? 20 : 3 * LossWeights.style(level: level).squareRoot()
        return LossWeights(content: contentWeight ?? 1, style: styleWeight ?? style, histogram: 0, tv: 0)
    }

    /// The weights of pass 2 for a style level and the smoothness of the painting: content 1, style s by the level,
    /// histogram 0.05·s·(2 − calm) and TV 0 unless given.
    ///
    /// In the faithful method s = 4τ and TV 0.4τ·calm. There total variation has to hold down the noise that pixels of
    /// free colours bring; where there is none it only costs strokes.
    package func pass2Weights(level: Double, calm: Double) -> LossWeights {
        let style = isFaithful ? 4 * level : LossWeights.style(level: level)
        return LossWeights(
            content: contentWeight ?? 1, style: styleWeight ?? style,
            histogram: histogramWeight ?? 0.05 * style * (2 - calm),
            tv: tvWeight ?? (isFaithful ? 0.1 * style * calm : 0))
    }
}
