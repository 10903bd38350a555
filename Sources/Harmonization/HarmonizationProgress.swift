public import Imaging
public import NeuralNet
public import Optimization

/// The unweighted losses at one point, and their weighted sum.
public struct LossRecord: Equatable, Codable, Sendable {
    /// The weighted sum that the pass minimises.
    public var total: Double
    /// The content loss at relu4_1.
    public var content: Double
    /// The style loss at each tap, divided by the number of taps.
    public var style: [VGG16.Tap: Double]
    /// The histogram loss at each of its taps, divided by their number; empty in pass 1.
    public var histogram: [VGG16.Tap: Double]
    /// The total variation; 0 in pass 1.
    public var tv: Double
}

/// What one pass did.
public struct PassRecord: Codable, Sendable {
    /// 1 or 2.
    public let pass: Int
    /// What each loss was multiplied by.
    public let weights: LossWeights
    /// The wall-clock time from the pass's set-up to its end.
    public let seconds: Double
    /// Why it ended.
    public let ended: LBFGS.Ending
    /// The losses at each evaluation, in order.
    public let evaluations: [LossRecord]
}

/// What a harmonization reports while it works.
public enum HarmonizationProgress: Sendable {
    /// An evaluation of loss and gradient: its number (from 1) of at most `limit` in `pass`, the losses, and the
    /// seconds since the pass began.
    case evaluated(pass: Int, evaluation: Int, limit: Int, losses: LossRecord, seconds: Double)
    /// A pass ended with this picture, of the painting's size.
    case finished(PassRecord, Image)
}

/// What a harmonization gives.
public struct HarmonizedPainting: Sendable {
    /// The results of pass 1 and pass 2, of the painting's size.
    public let stage1, stage2: Image
    /// The painting's mean feature at each tap, by which features were divided.
    public let tapScale: [VGG16.Tap: Float]
    /// What the two passes did.
    public let passes: [PassRecord]
}
