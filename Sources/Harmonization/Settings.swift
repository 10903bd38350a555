internal import NeuralNet
package import Optimization

/// The choices of a user about a harmonization.
///
///     var settings = Settings()
///     settings.styleLevel = .impressionist
///     settings.iterations = Iterations(pass1: 60, pass2: 100)
///     let harmonizer = try Harmonizer(settings: settings)
///
/// The weights that a style level gives are in `LossWeights.swift`.
public struct Settings: Equatable, Codable, Sendable {
    /// The evaluations of loss and gradient at full size. With 0 a pass evaluates once, at its start. Each smaller size,
    /// which comes before, gets three tenths of them.
    public var iterations = Iterations(200)

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
    public var memoryLimit: Int?

    /// The threads that work at a time, at least 1; nil: one for each core. Results do not depend on it, to the bit, nor on
    /// the instructions that the processor has.
    public var threads: Int?

    /// The default settings.
    public init() {}

    /// Throws a ``SettingsError`` for the first setting that is out of its range.
    func validate() throws(SettingsError) {
        func check(_ name: String, _ value: Double?, _ range: ClosedRange<Double>) throws(SettingsError) {
            if let value, !range.contains(value) { throw SettingsError(setting: name, value: value, range: range) }
        }
        let counts = 0...Double(Int.max), weights = 0...Double.greatestFiniteMagnitude
        try check("iterations.pass1", Double(iterations.pass1), counts)
        try check("iterations.pass2", Double(iterations.pass2), counts)
        if case .level(let level) = styleLevel { try check("styleLevel", level, StyleLevel.range) }
        try check("colorMatching", colorMatching, 0...1)
        try check("largestSide", largestSide.map(Double.init), Double(VGG16.smallestSide)...counts.upperBound)
        try check("memoryLimit", memoryLimit.map(Double.init), counts)
        try check("threads", threads.map(Double.init), 1...counts.upperBound)
        try check("contentWeight", contentWeight, weights)
        try check("styleWeight", styleWeight, weights)
        try check("histogramWeight", histogramWeight, weights)
        try check("tvWeight", tvWeight, weights)
    }

    /// The settings without what others among them leave out.
    package var resolved: Settings {
        var settings = self
        if isFaithful { settings.polishes = false }
        if isFaithful || keepsColors { settings.colorMatching = 0 }
        return settings
    }

    /// The evaluations of both passes at a smaller size; nil where there are no smaller sizes.
    package var coarseIterations: Iterations? {
        // In an order that no number of iterations is too large for.
        func coarse(_ count: Int) -> Int { count / 10 * 3 + count % 10 * 3 / 10 }
        let coarse = Iterations(pass1: coarse(iterations.pass1), pass2: coarse(iterations.pass2))
        return isFaithful || min(coarse.pass1, coarse.pass2) == 0 ? nil : coarse
    }
}

/// The number of evaluations of loss and gradient in each of the two passes.
public struct Iterations: Hashable, Codable, Sendable {
    /// Those of pass 1 and of pass 2, at least 0.
    public var pass1, pass2: Int

    /// The same number for both passes.
    public init(_ both: Int) { self.init(pass1: both, pass2: both) }

    /// A number for each pass.
    public init(pass1: Int, pass2: Int) { (self.pass1, self.pass2) = (pass1, pass2) }

    /// From `N` or `N,M`, whole numbers of at least 0; nil for other text.
    package init?(_ text: String) {
        let counts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(counts.count), let pass1 = counts[0], let pass2 = counts[counts.count - 1],
            min(pass1, pass2) >= 0
        else { return nil }
        self.init(pass1: pass1, pass2: pass2)
    }
}

/// A setting that is out of its range.
public struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name of the property of ``Settings``.
    public let setting: String
    /// Its value.
    public let value: Double
    /// The values that it may have.
    public let range: ClosedRange<Double>

    /// The problem in one line.
    public var description: String {
        let expected =
            range.upperBound < Double(Int.max)
            ? "in \(range.lowerBound)…\(range.upperBound)" : "at least \(range.lowerBound)"
        return "\(setting) must be \(expected), got \(value)"
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
