public import Tensors

/// Mini-batch training of a vector of parameters on a set of samples.
///
/// A ``LearningSchedule`` sets the optimizer's learning rate, and its momentum where it cycles, in each step.
///
///     let steps = try MiniBatchTraining.steps(epochs: 20, samples: samples.count, batchSize: 50)
///     var training = try MiniBatchTraining(
///         from: network.start, by: Adam(learningRate: 0.002), on: CosineDecay(from: 0.002, steps: steps),
///         batchSize: 50, seed: 1)
///     for _ in 0..<20 {
///         let (loss, stopReason) = try training.runEpoch(over: samples) { batch, parameters, _ in
///             network.loss(of: pictures(batch), targets(batch), at: parameters)
///         }
///     }
public struct MiniBatchTraining: Sendable {
    /// The current parameters.
    public private(set) var parameters: Tensor
    /// The number of completed epochs.
    public private(set) var epoch = 0
    /// The number of completed steps.
    public private(set) var step = 0
    private let schedule: any LearningSchedule
    private let batchSize: Int
    private var optimizer: any GradientMethod
    private var generator: SeededGenerator

    /// A training from `parameters` by `optimizer`, whose settings are those of `schedule`.
    ///
    /// Throws ``TrainingError/outOfRange(setting:value:allowed:)`` for a batch of less than one sample.
    ///
    /// - Parameters:
    ///   - batchSize: the number of samples in a batch, at least 1; the last batch of an epoch may have fewer.
    ///   - seed: determines the order of the samples.
    public init(
        from parameters: Tensor, by optimizer: any GradientMethod, on schedule: any LearningSchedule, batchSize: Int,
        seed: UInt64
    ) throws(TrainingError) {
        try Self.check(batchSize: batchSize)
        (self.parameters, self.optimizer, self.schedule, self.batchSize) = (parameters, optimizer, schedule, batchSize)
        generator = SeededGenerator(seed: seed)
    }

    private static func check(batchSize: Int) throws(TrainingError) {
        try TrainingError.check(batchSize > 0, "the number of samples in a batch", Double(batchSize), "at least 1")
    }

    /// The number of steps of `epochs` epochs, epochs · ⌈samples / batchSize⌉, of which each is at least 1: what a
    /// schedule needs.
    ///
    /// Throws ``TrainingError`` for numbers below 1, and for more steps than an `Int` holds.
    public static func steps(epochs: Int, samples: Int, batchSize: Int) throws(TrainingError) -> Int {
        try check(batchSize: batchSize)
        try TrainingError.check(epochs > 0, "the number of epochs", Double(epochs), "at least 1")
        guard samples > 0 else { throw .noSamples }
        let (steps, overflows) = epochs.multipliedReportingOverflow(by: (samples - 1) / batchSize + 1)
        if overflows { throw .tooManySteps(epochs: epochs, samples: samples) }
        return steps
    }

    /// Runs an epoch: one step for each batch of the samples in random order.
    ///
    /// Throws ``TrainingError/noSamples``, and ``TrainingError/scheduleEnded(steps:)`` where no step is left before the
    /// first one of the epoch.
    ///
    /// - Parameters:
    ///   - samples: the samples, at least one.
    ///   - progress: called after each batch, with the fraction of the epoch, in 0 ..< 1, before it.
    ///   - loss: returns the mean loss of a batch and its gradient at the parameters; takes a random generator for
    ///     augmentation.
    /// - Returns: the mean loss of the samples, each at the parameters before its step; and the reason for which the
    ///   epoch stopped early, if it did: ``StopReason/nonFinite``, or ``StopReason/iterations`` at the schedule's end.
    public mutating func runEpoch<Sample>(
        over samples: [Sample], progress: (Double) -> Void = { _ in },
        _ loss: (ArraySlice<Sample>, Tensor, inout SeededGenerator) -> (value: Double, gradient: Tensor)
    ) throws(TrainingError) -> (loss: Double, stopReason: StopReason?) {
        let batchSize = batchSize
        var done = 0
        return try runEpoch(
            over: samples,
            goesOn: { _ in
                progress(Double(done) / Double(samples.count))
                done += batchSize
                return true
            }, loss)
    }

    /// The same, as long as `goesOn`, which is given the mean loss of each batch after its step, returns true;
    /// ``StopReason/cancelled`` otherwise.
    mutating func runEpoch<Sample>(
        over samples: [Sample], goesOn: (Double) -> Bool,
        _ loss: (ArraySlice<Sample>, Tensor, inout SeededGenerator) -> (value: Double, gradient: Tensor)
    ) throws(TrainingError) -> (loss: Double, stopReason: StopReason?) {
        guard !samples.isEmpty else { throw .noSamples }
        guard step < schedule.steps else { throw .scheduleEnded(steps: schedule.steps) }
        let samples = samples.shuffled(using: &generator)
        var total = 0.0
        for start in stride(from: 0, to: samples.count, by: batchSize) {
            guard step < schedule.steps else { return (total / Double(start), .iterations) }
            optimizer.apply(schedule.rates(at: step))
            let batch = samples[start..<start + min(batchSize, samples.count - start)]
            var value = Double.nan
            let stopReason = optimizer.step(&parameters) { x in
                let result = loss(batch, x, &generator)
                value = result.value
                return result
            }
            if stopReason == .nonFinite { return (.nan, stopReason) }
            step += 1
            total += value * Double(batch.count)
            if !goesOn(value) { return (total / Double(start + batch.count), .cancelled) }
        }
        epoch += 1
        return (total / Double(samples.count), nil)
    }
}
