public import NeuralNet

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
