internal import Foundation

/// The factors of the losses in the weighted sum that a pass minimises.
public struct LossWeights: Equatable, Codable, Sendable {
    /// The factors of the content, style, histogram, total-variation and matched-feature losses.
    public var content, style, histogram, tv, matched: Double

    /// Weights with the given factors.
    public init(content: Double, style: Double, histogram: Double, tv: Double, matched: Double = 0) {
        (self.content, self.style, self.histogram, self.tv) = (content, style, histogram, tv)
        self.matched = matched
    }

    /// Decodes weights; ones without a factor for matched features have 0.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            content: try values.decode(Double.self, forKey: .content),
            style: try values.decode(Double.self, forKey: .style),
            histogram: try values.decode(Double.self, forKey: .histogram),
            tv: try values.decode(Double.self, forKey: .tv),
            matched: try values.decodeIfPresent(Double.self, forKey: .matched) ?? 0)
    }

    /// The strength s of the style at a style level τ: 10^(0.36·τ − 0.25), about 1 at τ = 1, 35 at 5 and 2200 at 10.
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
    /// The weights of pass 1 for a style level: content 1, style 3·√s, unless given.
    ///
    /// The guide has the lightness of pass 1's result, so shapes must survive pass 1 at high levels too: with s itself,
    /// the hands of a clock came out weaker. With `usesPaperMethod` style is 20.
    package func pass1Weights(level: Double) -> LossWeights {
        let style = usesPaperMethod ? 20 : 3 * LossWeights.style(level: level).squareRoot()
        return LossWeights(content: contentWeight ?? 1, style: styleWeight ?? style, histogram: 0, tv: 0)
    }

    /// The weights of pass 2 by the paper, for a style level and the smoothness of the painting, unless given: content
    /// 1, style s = 4τ, histogram 0.05·s·(2 − smoothness), total variation 0.4τ·smoothness.
    package func pass2Weights(level: Double, smoothness: Double) -> LossWeights {
        let style = 4 * level
        return LossWeights(
            content: contentWeight ?? 1, style: styleWeight ?? style,
            histogram: histogramWeight ?? 0.05 * style * (2 - smoothness), tv: tvWeight ?? 0.1 * style * smoothness)
    }

    /// The weights of pass 2 of a hand, unless given.
    func pass2Weights(of hand: Hand) -> LossWeights {
        var weights = hand.weights
        weights.content = contentWeight ?? weights.content
        weights.style = styleWeight ?? weights.style
        return weights
    }
}
