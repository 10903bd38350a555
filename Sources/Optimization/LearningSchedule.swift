internal import Foundation

/// The settings of an optimizer in each step of a training.
///
///     struct Halving: LearningSchedule {
///         let steps: Int
///         func rates(at step: Int) -> StepRates { StepRates(learningRate: step < steps / 2 ? 0.1 : 0.05) }
///     }
public protocol LearningSchedule: Sendable {
    /// The number of steps, at least 1.
    var steps: Int { get }

    /// The settings of `step`, which is in 0 ..< ``steps``.
    func rates(at step: Int) -> StepRates
}

/// The settings of an optimizer in one step.
public struct StepRates: Equatable, Sendable {
    /// The learning rate η, at least 0.
    public var learningRate: Double
    /// The momentum in 0 ..< 1 (see ``GradientMethod/momentum``); nil where the optimizer's own stays.
    public var momentum: Double?

    /// The given settings.
    public init(learningRate: Double, momentum: Double? = nil) {
        (self.learningRate, self.momentum) = (learningRate, momentum)
    }
}

extension GradientMethod {
    /// Takes over the settings of a step.
    public mutating func apply(_ rates: StepRates) {
        learningRate = rates.learningRate
        if let momentum = rates.momentum { self.momentum = momentum }
    }
}

/// The way of a setting from one value to another.
public enum Annealing: Sendable {
    /// Along half a cosine: b + (a − b)·(1 + cos πt) / 2.
    case cosine
    /// Along a line: a + (b − a)·t.
    case linear

    /// The value at `fraction` t of the way, in 0 … 1, from a, `start`, to b, `end`.
    public func value(from start: Double, to end: Double, at fraction: Double) -> Double {
        switch self {
        case .cosine: end + (start - end) * (1 + cos(.pi * fraction)) / 2
        case .linear: start + (end - start) * fraction
        }
    }
}

/// A learning rate that falls along half a cosine: η = η₀·(1 + cos(πk/n)) / 2 in step k of n (Loshchilov and Hutter,
/// "SGDR: stochastic gradient descent with warm restarts", 2017, without restarts). The momentum stays.
///
///     let schedule = try CosineDecay(from: 0.002, steps: 1600)
public struct CosineDecay: LearningSchedule {
    /// η₀, above 0.
    public let start: Double
    /// n, at least 1: the rate would be 0 in the step after the last.
    public let steps: Int

    /// The decay from the rate `start` in `steps` steps. Throws ``TrainingError/outOfRange(setting:value:allowed:)``.
    public init(from start: Double, steps: Int) throws(TrainingError) {
        try TrainingError.check(start > 0 && start.isFinite, "the learning rate", start, "above 0")
        try TrainingError.check(steps > 0, "the number of steps", Double(steps), "at least 1")
        (self.start, self.steps) = (start, steps)
    }

    /// See ``LearningSchedule/rates(at:)``.
    public func rates(at step: Int) -> StepRates {
        StepRates(learningRate: Annealing.cosine.value(from: start, to: 0, at: Double(step) / Double(steps)))
    }
}
