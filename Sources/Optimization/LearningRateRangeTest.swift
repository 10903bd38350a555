internal import Foundation
public import Tensors

/// The learning rate range test: a short training whose learning rate grows from batch to batch until the loss diverges
/// (Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3; 2018, part 1).
///
/// In step k of n, the rate is η = a·(b/a)^(k/(n−1)), or a + (b − a)·k/(n−1), for rates a … b. The loss l of a batch is
/// noisy; it is smoothed to s = mₖ / (1 − βᵏ⁺¹) with mₖ = β·mₖ₋₁ + (1 − β)·lₖ and m₋₁ = 0 (Adam's bias correction).
/// The smoothed loss lags behind by about β/(1 − β) steps. The test ends early in the step in which s exceeds its least
/// value so far, s₀, by (d − 1)·|s₀|, or the loss is not finite.
///
///     let curve = try LearningRateRangeTest().run(
///         from: network.start, by: Adam(learningRate: 1), over: samples, batchSize: 50, seed: 1
///     ) { batch, parameters, _ in
///         network.loss(of: pictures(batch), targets(batch), at: parameters)
///     }
///     let rate = curve.suggestedRate() ?? 0.001
///
/// The same arguments give the same bits.
public struct LearningRateRangeTest: Sendable {
    /// How the rate grows.
    public enum Growth: Sendable {
        /// By the same factor in each step.
        case exponential
        /// By the same amount in each step.
        case linear
    }

    /// The rates a … b, a above 0.
    public let rates: ClosedRange<Double>
    /// n, at least 2.
    public let steps: Int
    /// How the rate grows.
    public let growth: Growth
    /// β in 0 ..< 1; 0 for the loss as it is.
    public let smoothing: Double
    /// d, above 1: the multiple of the least smoothed loss at which it has diverged.
    public let divergence: Double

    /// A test of these settings. Throws ``TrainingError/outOfRange(setting:value:allowed:)`` for one out of its range.
    public init(
        rates: ClosedRange<Double> = 1e-6...10, steps: Int = 200, growth: Growth = .exponential,
        smoothing: Double = 0.9, divergence: Double = 4
    ) throws(TrainingError) {
        try TrainingError.check(rates.lowerBound > 0, "the least learning rate", rates.lowerBound, "above 0")
        try TrainingError.check(
            rates.upperBound > rates.lowerBound && rates.upperBound.isFinite, "the largest learning rate",
            rates.upperBound, "above the least, \(rates.lowerBound)")
        try TrainingError.check(steps > 1, "the number of steps", Double(steps), "at least 2")
        try TrainingError.check((0..<1).contains(smoothing), "the smoothing", smoothing, "0 ..< 1")
        try TrainingError.check(divergence > 1 && divergence.isFinite, "the divergence", divergence, "above 1")
        (self.rates, self.steps, self.growth) = (rates, steps, growth)
        (self.smoothing, self.divergence) = (smoothing, divergence)
    }

    /// Trains from `parameters`, of which nothing is kept, by `optimizer`, whose own learning rate does not matter.
    ///
    /// Throws ``TrainingError/noSamples``, and ``TrainingError/outOfRange(setting:value:allowed:)`` for a batch of less
    /// than one sample.
    ///
    /// - Parameters:
    ///   - samples: the samples, at least one; where their batches are fewer than the steps, they come again.
    ///   - batchSize, seed, loss: see ``MiniBatchTraining``.
    public func run<Sample>(
        from parameters: Tensor, by optimizer: any GradientMethod, over samples: [Sample], batchSize: Int,
        seed: UInt64,
        _ loss: (ArraySlice<Sample>, Tensor, inout SeededGenerator) -> (value: Double, gradient: Tensor)
    ) throws(TrainingError) -> Curve {
        let schedule = Rise(rates: rates, steps: steps, growth: growth)
        var training = try MiniBatchTraining(
            from: parameters, by: optimizer, on: schedule, batchSize: batchSize, seed: seed)
        var points: [Curve.Point] = [], mean = 0.0, least = Double.infinity, stopReason: StopReason?
        while stopReason == nil, points.count < steps {
            stopReason = try training.runEpoch(
                over: samples,
                goesOn: { loss in
                    mean = smoothing * mean + (1 - smoothing) * loss
                    let smoothed = mean / (1 - pow(smoothing, Double(points.count + 1)))
                    points.append(
                        Curve.Point(
                            learningRate: schedule.rates(at: points.count).learningRate, loss: loss,
                            smoothedLoss: smoothed))
                    least = min(least, smoothed)
                    return smoothed - least <= (divergence - 1) * abs(least)
                }, loss
            ).stopReason
        }
        return Curve(
            points: points, hasDiverged: stopReason == .nonFinite || stopReason == .cancelled,
            reach: max(1, steps / 10),
            skipped: smoothing > 0 ? Int(min(1 / (1 - smoothing), Double(steps)).rounded()) : 0)
    }

    /// The growing rate.
    private struct Rise: LearningSchedule {
        let rates: ClosedRange<Double>, steps: Int, growth: Growth

        func rates(at step: Int) -> StepRates {
            let (low, high) = (rates.lowerBound, rates.upperBound), fraction = Double(step) / Double(steps - 1)
            switch growth {
            case .exponential: return StepRates(learningRate: low * pow(high / low, fraction))
            case .linear: return StepRates(learningRate: low + (high - low) * fraction)
            }
        }
    }
}

extension LearningRateRangeTest {
    /// The loss by learning rate.
    public struct Curve: Sendable {
        /// A step.
        public struct Point: Equatable, Sendable {
            /// The rate of the step.
            public let learningRate: Double
            /// The mean loss of the batch before the step, and the smoothed one.
            public let loss, smoothedLoss: Double
        }

        /// The rule by which a rate is suggested.
        public enum Rule: CaseIterable, Sendable {
            /// The rate at which the smoothed loss falls fastest against the logarithm of the rate: for a rate that
            /// stays or falls. The slope at a step is that of the least-squares line through the steps around it, a
            /// tenth of all steps to either side. All of them lie before the least smoothed loss, and after the first
            /// 1/(1 − β) steps, in which the smoothed loss is still that of few batches.
            case steepestDescent
            /// A tenth of the rate at the least smoothed loss.
            case tenthOfMinimum
        }

        /// The steps with finite losses, by rising rate.
        public let points: [Point]
        /// Whether the test ended early, as the loss diverged.
        public let hasDiverged: Bool
        /// The number of points to either side that count for a slope, and that of the first ones that do not.
        fileprivate let reach, skipped: Int

        /// The suggestion of a rule; nil where the smoothed loss never fell, or in too few steps for a slope.
        public func suggestedRate(by rule: Rule = .steepestDescent) -> Double? {
            guard let least = points.indices.min(by: { points[$0].smoothedLoss < points[$1].smoothedLoss }), least > 0
            else { return nil }
            switch rule {
            case .tenthOfMinimum: return points[least].learningRate / 10
            case .steepestDescent:
                let middles = Array(stride(from: skipped + reach, through: least - reach, by: 1))
                let slopes = middles.map { slope(of: points[$0 - reach...$0 + reach]) }
                guard let steepest = slopes.indices.min(by: { slopes[$0] < slopes[$1] }), slopes[steepest] < 0
                else { return nil }
                return points[middles[steepest]].learningRate
            }
        }

        /// The slope of the least-squares line of the smoothed loss against the logarithm of the rate.
        private func slope(of points: ArraySlice<Point>) -> Double {
            let x = points.map { log($0.learningRate) }, y = points.map(\.smoothedLoss)
            let count = Double(points.count)
            let (xMean, yMean) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
            let products = zip(x, y).reduce(0) { $0 + ($1.0 - xMean) * ($1.1 - yMean) }
            return products / x.reduce(0) { $0 + ($1 - xMean) * ($1 - xMean) }
        }
    }
}
