/// Why a minimisation ended.
public enum Ending: String, Codable, Sendable {
    /// All evaluations were spent.
    case iterations
    /// The gradient vanished, or steps no longer lowered the value.
    case converged
    /// The value or gradient was not finite at the start or wherever the search looked.
    case nonFinite = "non-finite"
    /// The caller asked it to stop.
    case cancelled
}
