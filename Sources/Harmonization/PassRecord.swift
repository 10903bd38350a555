public import Optimization

/// What one pass did.
public struct PassRecord: Codable, Sendable {
    /// 1 or 2.
    public let pass: Int
    /// How many of the painting's pixels, each way, one pixel stood for: 1 at full size, 2 at half, and so on.
    public let reduction: Int
    /// What each loss was multiplied by.
    public let weights: LossWeights
    /// The wall-clock time from the pass's set-up to its end.
    public let seconds: Double
    /// Why it ended.
    public let ended: Ending
    /// The losses at each evaluation, in order.
    public let evaluations: [LossRecord]
}
