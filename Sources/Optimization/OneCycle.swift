/// The 1cycle policy: the learning rate rises to a large one and falls to almost none, the momentum does the opposite
/// (Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018;
/// Smith, "A disciplined approach to neural network hyper-parameters: part 1", 2018).
///
/// With n ``steps``, the fraction p of rising steps, the largest rate η, the first, η₀ = η / ``startDivisor``, and the
/// last, η₁ = η₀ / ``endDivisor``, the rate goes from η₀ in step 0 to η in step p·n − 1 and to η₁ in step n − 1; the
/// momentum from its upper bound to the lower one and back. The large rate in the middle regularises, and is had
/// without diverging by the approach to it. Each value is PyTorch's `OneCycleLR` with the corresponding arguments,
/// which are named below.
///
///     let schedule = try OneCycle(to: 0.01, steps: 800)
///     var training = try MiniBatchTraining(
///         from: network.start, by: Adam(learningRate: 0.01), on: schedule, batchSize: 50, seed: 1)
///
/// A rate for `to` comes from a ``LearningRateRangeTest``.
public struct OneCycle: LearningSchedule {
    /// What follows the rise.
    public enum Descent: Sendable {
        /// One phase, from the largest rate to the last one.
        case direct
        /// Two phases: in as many steps as the rise took back to the first rate, and then, with the largest momentum,
        /// to the last rate: Smith's own form, and PyTorch's `three_phase`.
        case mirrored
    }

    /// The largest learning rate η, above 0 (`max_lr`).
    public let largestRate: Double
    /// n, at least 1 (`total_steps`).
    public let steps: Int
    /// p in 0 … 1, or in 0 … ½ for ``Descent/mirrored`` (`pct_start`).
    public let risingFraction: Double
    /// The ratio of the largest rate and the first one, at least 1 (`div_factor`).
    public let startDivisor: Double
    /// The ratio of the first rate and the last one, at least 1 (`final_div_factor`).
    public let endDivisor: Double
    /// The bounds of the momentum in 0 ..< 1 (`base_momentum` and `max_momentum`): β₁ in ``Adam``, μ in the others; nil
    /// where the optimizer's own stays (`cycle_momentum=False`).
    public let momentum: ClosedRange<Double>?
    /// The curve within a phase (`anneal_strategy`).
    public let annealing: Annealing
    /// What follows the rise (`three_phase`).
    public let descent: Descent

    /// The cycle through the rate `largestRate` in `steps` steps.
    ///
    /// Throws ``TrainingError/outOfRange(setting:value:allowed:)`` for a setting that is not in its range.
    public init(
        to largestRate: Double, steps: Int, risingFraction: Double = 0.3, startDivisor: Double = 25,
        endDivisor: Double = 1e4, momentum: ClosedRange<Double>? = 0.85...0.95, annealing: Annealing = .cosine,
        descent: Descent = .direct
    ) throws(TrainingError) {
        try TrainingError.check(
            largestRate > 0 && largestRate.isFinite, "the largest learning rate", largestRate, "above 0")
        try TrainingError.check(steps > 0, "the number of steps", Double(steps), "at least 1")
        let most = descent == .direct ? 1 : 0.5
        try TrainingError.check(
            (0...most).contains(risingFraction), "the fraction of rising steps", risingFraction,
            descent == .direct ? "0 … 1" : "0 … 0.5, as the descent is mirrored")
        let divisors = [("the divisor of the first rate", startDivisor), ("the divisor of the last rate", endDivisor)]
        for (name, divisor) in divisors {
            try TrainingError.check(divisor >= 1 && divisor.isFinite, name, divisor, "at least 1")
        }
        if let momentum {
            try TrainingError.check(momentum.lowerBound >= 0, "the least momentum", momentum.lowerBound, "0 ..< 1")
            try TrainingError.check(momentum.upperBound < 1, "the largest momentum", momentum.upperBound, "0 ..< 1")
        }
        (self.largestRate, self.steps, self.risingFraction) = (largestRate, steps, risingFraction)
        (self.startDivisor, self.endDivisor, self.momentum) = (startDivisor, endDivisor, momentum)
        (self.annealing, self.descent) = (annealing, descent)
    }

    /// See ``LearningSchedule/rates(at:)``.
    public func rates(at step: Int) -> StepRates {
        let first = largestRate / startDivisor, last = first / endDivisor
        let (low, high) = (momentum?.lowerBound, momentum?.upperBound)
        let rising = risingFraction * Double(steps)
        // The settings at which the phases meet, and the steps in which they do: any real numbers, the first at 0.
        var corners: [(step: Double, rate: Double, momentum: Double?)] = [
            (0, first, high), (rising - 1, largestRate, low),
        ]
        if descent == .mirrored { corners.append((2 * rising - 2, first, high)) }
        corners.append((Double(steps - 1), last, high))
        let index = corners[1...].firstIndex { Double(step) <= $0.step } ?? corners.count - 1
        let (start, end) = (corners[index - 1], corners[index])
        // A phase of no length is at its end.
        let fraction = end.step > start.step ? (Double(step) - start.step) / (end.step - start.step) : 1
        return StepRates(
            learningRate: annealing.value(from: start.rate, to: end.rate, at: fraction),
            momentum: start.momentum.flatMap { start in
                end.momentum.map { annealing.value(from: start, to: $0, at: fraction) }
            })
    }
}
