/// A training that cannot be.
public enum TrainingError: Error, Equatable, Sendable {
    /// A setting is not in its range.
    case outOfRange(setting: String, value: Double, allowed: String)
    /// The steps of all epochs are more than can be counted.
    case tooManySteps(epochs: Int, samples: Int)
    /// There is no sample.
    case noSamples
    /// All steps of the schedule were made.
    case scheduleEnded(steps: Int)

    /// Throws ``outOfRange(setting:value:allowed:)`` unless `holds`.
    static func check(
        _ holds: Bool, _ setting: String, _ value: Double, _ allowed: String
    ) throws(TrainingError) {
        if !holds { throw .outOfRange(setting: setting, value: value, allowed: allowed) }
    }
}

extension TrainingError: CustomStringConvertible {
    /// A one-line message.
    public var description: String {
        switch self {
        case .outOfRange(let setting, let value, let allowed): "\(setting) is \(value), not \(allowed)"
        case .tooManySteps(let epochs, let samples):
            "\(epochs) epochs of \(samples) samples have more steps than can be counted: give fewer epochs"
        case .noSamples: "there are no samples to learn from"
        case .scheduleEnded(let steps): "the schedule has \(steps) steps, and all of them were made: give it more"
        }
    }
}
