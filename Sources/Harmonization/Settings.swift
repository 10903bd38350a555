public import Imaging
internal import NeuralNet
package import Optimization

/// The options of a harmonization.
///
///     var settings = Settings()
///     settings.styleLevel = .impressionist
///     settings.iterations = Iterations(pass1: 60, pass2: 100)
///     let harmonizer = try Harmonizer(settings: settings)
///
/// The weights that a style level gives are in `LossWeights.swift`.
public struct Settings: Equatable, Codable, Sendable {
    /// The evaluations of loss and gradient at the largest size of the passes; nil: 60 and 40, with `usesPaperMethod`
    /// 200 and 200. With 0 a pass is left out; with `usesPaperMethod` it evaluates once, at its start. At each smaller
    /// size, which is processed before, pass 1 gets three tenths of its evaluations.
    public var iterations: Iterations?

    /// The style level τ, 1…10, which determines all weights that are nil below.
    public var styleLevel: StyleLevel = .auto

    /// Whether the method is exactly the paper's, for comparison: one size, unconstrained colours of pixels, the
    /// paper's weights of losses and pass 2, no synthesis.
    public var usesPaperMethod = false

    /// The amount, 0…1, of the object's fine structure that strokes leave. Ignored with `usesPaperMethod`.
    public var detail = 0.5

    /// The region of the painting that tones, palette, strokes and features are learnt from, at least 16 pixels
    /// each way at the passes' size; nil: all of it. Ignored with `usesPaperMethod`.
    public var styleRegion: Region?

    /// Whether the object keeps its own colours (a and b of CIELAB), so that only its lightness is repainted; disables
    /// `colorMatching`.
    public var keepsColors = false

    /// The amount, 0…1, by which the object's colours are matched to those of the painting around it before pass 1: 0
    /// leaves them, 1 gives them the same mean and covariance (``PlacedObject/matchingColors(of:by:)``). Ignored with
    /// `usesPaperMethod`.
    ///
    /// At 0.5 the object is still recognised by its colours; at 1, a red cup is as blue as the night around it.
    public var colorMatching = 0.5

    /// The optimizer of both passes.
    public var optimizer: OptimizerKind = .lbfgs

    /// The range that histogram bins span.
    public var histogramRange: HistogramRange = .style

    /// Weights of the losses, at least 0; nil: by the style level. Content and style apply to both passes, histogram
    /// and total variation to pass 2 of the paper (`usesPaperMethod`).
    public var contentWeight, styleWeight, histogramWeight, tvWeight: Double?

    /// The maximal long side of the painting in the passes, at least 16 pixels; nil: 1000, or unlimited with
    /// `usesPaperMethod`.
    ///
    /// A larger painting is halved until it fits, and the synthesized picture is carried up to its size, made of the
    /// same places of the larger painting. With `usesPaperMethod` the change made by the passes is upsampled.
    public var largestSide: Int?

    /// The memory limit of the process in bytes; nil: the available memory. A run whose estimate exceeds it is refused.
    public var memoryLimit: Int?

    /// The number of threads, at least 1; nil: one per core. Results depend neither on it nor on the processor's
    /// instruction set, to the bit.
    public var threads: Int?

    /// The default settings.
    public init() {}

    /// Throws a ``SettingsError`` for the first setting out of its range.
    func validate() throws(SettingsError) {
        func check(_ name: String, _ value: Double?, _ range: ClosedRange<Double>) throws(SettingsError) {
            if let value, !range.contains(value) { throw SettingsError(setting: name, value: value, range: range) }
        }
        let counts = 0...Double(Int.max), weights = 0...Double.greatestFiniteMagnitude
        try check("iterations.pass1", (iterations?.pass1).map(Double.init), counts)
        try check("iterations.pass2", (iterations?.pass2).map(Double.init), counts)
        if case .level(let level) = styleLevel { try check("styleLevel", level, StyleLevel.range) }
        try check("colorMatching", colorMatching, 0...1)
        try check("detail", detail, 0...1)
        try check("largestSide", largestSide.map(Double.init), Double(VGG16.smallestSide)...counts.upperBound)
        try check("memoryLimit", memoryLimit.map(Double.init), counts)
        try check("threads", threads.map(Double.init), 1...counts.upperBound)
        try check("contentWeight", contentWeight, weights)
        try check("styleWeight", styleWeight, weights)
        try check("histogramWeight", histogramWeight, weights)
        try check("tvWeight", tvWeight, weights)
    }

    /// The settings with those disabled that others override.
    package var resolved: Settings {
        var settings = self
        if usesPaperMethod || keepsColors { settings.colorMatching = 0 }
        if usesPaperMethod { (settings.detail, settings.styleRegion) = (0.5, nil) }
        settings.iterations = iterations ?? (usesPaperMethod ? Iterations(200) : Iterations(pass1: 60, pass2: 40))
        return settings
    }

    /// The evaluations of pass 1 at a smaller size; 0 where there are no smaller sizes.
    package var coarseIterations: Int {
        // 3·count would overflow for large counts.
        guard let count = resolved.iterations?.pass1, !usesPaperMethod else { return 0 }
        return count / 10 * 3 + count % 10 * 3 / 10
    }
}

/// The number of evaluations of loss and gradient in each of the two passes.
public struct Iterations: Hashable, Codable, Sendable {
    /// The evaluations of pass 1 and of pass 2, at least 0.
    public var pass1, pass2: Int

    /// The same number for both passes.
    public init(_ both: Int) { self.init(pass1: both, pass2: both) }

    /// The given numbers.
    public init(pass1: Int, pass2: Int) { (self.pass1, self.pass2) = (pass1, pass2) }

    /// Parses `N` (both passes) or `N,M`, integers of at least 0; nil for other text.
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
    /// The name of the property of ``Settings``, as "iterations.pass1".
    public let setting: String
    /// The value given.
    public let value: Double
    /// The valid range.
    public let range: ClosedRange<Double>

    /// The problem in one line.
    public var description: String {
        let expected =
            range.upperBound < Double(Int.max)
            ? "in \(range.lowerBound)…\(range.upperBound)" : "at least \(range.lowerBound)"
        return "\(setting) must be \(expected), got \(value)"
    }
}

/// The optimizer of a pass.
public enum OptimizerKind: String, CaseIterable, Codable, Sendable {
    /// L-BFGS with a history of 10: the loss never rises, and it falls fastest.
    case lbfgs
    /// Adam with a learning rate of 0.02: each evaluation is a step, and the best point is the result. (On the sample,
    /// rates from 0.005 to 0.05 end with losses within 7 % of this one's.)
    case adam

    /// A new optimizer in its initial state.
    package var optimizer: any Optimizer {
        switch self {
        case .lbfgs: LBFGS()
        case .adam: Adam(learningRate: 0.02)
        }
    }
}
