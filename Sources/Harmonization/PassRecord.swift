public import NeuralNet
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

/// The unweighted losses at one point, and their weighted sum.
public struct LossRecord: Equatable, Codable, Sendable {
    /// The weighted sum that the pass minimises.
    public var total: Double
    /// The content loss at relu4_1.
    public var content: Double
    /// The style loss at each tap, times the tap's part of the mean over taps.
    public var style: [VGG16.Tap: Double]
    /// The histogram loss at each of its taps, divided by their number; empty in pass 1.
    public var histogram: [VGG16.Tap: Double]
    /// The total variation; 0 in pass 1.
    public var tv: Double
}
