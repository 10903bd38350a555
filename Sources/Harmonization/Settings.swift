internal import Foundation
internal import NeuralNet
package import Optimization

/// What a user may choose about a harmonization.
public struct Settings: Equatable, Codable, Sendable {
    /// The evaluations of loss and gradient at full size in pass 1 and in pass 2. With 0 a pass evaluates once, at the
    /// composite. Each reduced size, of those before, gets three tenths of them.
    public var iterations: (first: Int, second: Int) {
        get { (firstIterations, secondIterations) }
        set { (firstIterations, secondIterations) = newValue }
    }
    private var firstIterations = 200, secondIterations = 200

    /// The style level τ. Sets the weights that are not given below.
    public var styleLevel: StyleLevel = .auto

    /// Whether the method is that of the paper to the letter, for comparison: one size, pixels that are free in all their
    /// colours, the paper's balance of losses, no polish.
    public var isFaithful = false

    /// Whether pass 2's result is polished (see ``Polish``). A faithful one never is.
    public var polishes = true

    /// Whether the object keeps its own colours (a and b of CIELAB) and takes only its lightness from the result. Then
    /// they are not moved to those around it either.
    public var keepsColors = false

    /// How far the object's colours are moved to those of the painting around it before pass 1, 0…1: 0 not at all, 1 until
    /// they have the same mean and covariance (``PlacedObject/matchingColors(of:by:)``). A faithful method moves none.
    ///
    /// Half way the object is still told by its colours: all the way, a red cup is as blue as the night.
    public var colorMatching = 0.5

    /// How both passes are minimised.
    public var optimizer: OptimizerKind = .lbfgs

    /// The range that histogram bins span.
    public var histogramRange: HistogramRange = .style

    /// Raw weights, at least 0; nil leaves the default. Content and style count in both passes, histogram and total
    /// variation in the second.
    public var contentWeight, styleWeight, histogramWeight, tvWeight: Double?

    /// The most pixels, at least 16, that the painting's long side may have for the passes; nil: as many as it has.
    ///
    /// A larger painting is halved until it has no more, and what the passes changed there is carried up. That takes
    /// about a quarter of the time for each halving, and coarsens the strokes.
    public var largestSide: Int?

    /// The bytes that the process may take; nil: what this machine has free. Work that would take more is refused.
    public var memory: Int?

    /// The threads that work at a time, at least 1; nil: one for each core. Results do not depend on it, to the bit, nor on
    /// the instructions that the processor has.
    public var threads: Int?

    /// The default settings.
    public init() {}

    /// Whether every value is in its range.
    package var areValid: Bool {
        var levelIsValid = true
        if case .level(let level) = styleLevel { levelIsValid = StyleLevel.range.contains(level) }
        return firstIterations >= 0 && secondIterations >= 0 && threads ?? 1 >= 1 && levelIsValid
            && largestSide ?? VGG16.smallestSide >= VGG16.smallestSide && memory ?? 0 >= 0
            && (0...1).contains(colorMatching)
            && [contentWeight, styleWeight, histogramWeight, tvWeight].allSatisfy {
                $0.map { $0 >= 0 && $0.isFinite } ?? true
            }
    }

    /// The settings without what others among them leave out.
    package var resolved: Settings {
        var settings = self
        if isFaithful { settings.polishes = false }
        if isFaithful || keepsColors { settings.colorMatching = 0 }
        return settings
    }

    /// The evaluations of both passes at a size that is reduced; none where it is left out.
    package var coarseIterations: (first: Int, second: Int)? {
        // In an order that no number of iterations is too large for.
        func coarse(_ count: Int) -> Int { count / 10 * 3 + count % 10 * 3 / 10 }
        let (first, second) = (coarse(firstIterations), coarse(secondIterations))
        return isFaithful || min(first, second) == 0 ? nil : (first, second)
    }

    /// The style weight at a level τ: 10^(0.36·τ − 0.25), about 1 at τ = 1, 35 at 5 and 2200 at 10.
    ///
    /// What content and style are worth to one another spans three powers of ten between a painting whose objects are
    /// drawn as they are and one whose objects are made of facets, and a level is a step of equal effect; 4τ, the paper's
    /// balance, changes by ten.
    private func styleStrength(_ level: Double) -> Double { pow(10, 0.36 * level - 0.25) }

    /// The weights of pass 1 for a style level: content 1, style 3·√s with s the weight in pass 2, unless given.
    ///
    /// Pass 2 is matched by what pass 1 gives, so where the style is followed most, shapes must not yet be lost: at s itself
    /// a clock's hands came out weaker. In the faithful method style is 20.
    package func firstWeights(level: Double) -> LossWeights {
        let first = isFaithful ? 20 : 3 * styleStrength(level).squareRoot()
        return LossWeights(
            content: contentWeight ?? 1, style: styleWeight ?? first, histogram: 0,
            tv: 0)
    }

    /// The weights of pass 2 for a style level and a painting of the given calm: content 1, style s by the level, histogram
    /// 0.05·s·(2 − calm) and TV 0 unless given.
    ///
    /// In the faithful method s = 4τ and TV 0.4τ·calm. There total variation has to hold down the noise that pixels of free
    /// colours bring; where there is none it only costs strokes.
    package func secondWeights(level: Double, calm: Double) -> LossWeights {
        let style = isFaithful ? 4 * level : styleStrength(level)
        return LossWeights(
            content: contentWeight ?? 1, style: styleWeight ?? style,
            histogram: histogramWeight ?? 0.05 * style * (2 - calm),
            tv: tvWeight ?? (isFaithful ? 0.1 * style * calm : 0))
    }

    /// 1 for a smooth painting, 0 for a grainy one: 1 / (1 + e^min(50, 10⁴·mtv − 25)), mtv the painting's median
    /// variation (Luan et al. 2018, section 4).
    package static func calm(medianVariation: Float) -> Double {
        1 / (1 + exp(min(50, 1e4 * Double(medianVariation) - 25)))
    }
}

/// How a pass is minimised.
public enum OptimizerKind: String, CaseIterable, Codable, Sendable {
    /// L-BFGS with a history of 10: the loss never rises, and it falls fastest.
    case lbfgs
    /// Adam with a rate of 0.02: each evaluation is a step, and the best of them is the result. (On the sample, rates from
    /// 0.005 to 0.05 end with losses within 7 % of that one's.)
    case adam

    /// A pass' optimizer at its beginning.
    package var optimizer: any Optimizer {
        switch self {
        case .lbfgs: LBFGS()
        case .adam: Adam(rate: 0.02)
        }
    }
}
