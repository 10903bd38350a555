public import NeuralNet
public import Optimization

/// The record of a pass: its weights, time and losses.
public struct PassRecord: Codable, Sendable {
    /// 1 or 2.
    public let pass: Int
    /// The reduction factor along each axis: 1 at full size, 2 at half, and so on.
    public let reduction: Int
    /// The weights of the losses.
    public let weights: LossWeights
    /// The wall-clock time from the pass's set-up to its end, in seconds.
    public let seconds: Double
    /// The reason for its end.
    public let ended: StopReason
    /// The losses at each evaluation, in order.
    public let evaluations: [LossRecord]
}

/// The unweighted losses at one point, and their weighted sum.
public struct LossRecord: Equatable, Codable, Sendable {
    /// The weighted sum that the pass minimises.
    public var total: Double
    /// The content loss at relu4_1.
    public var content: Double
    /// The style loss at each tap, times the tap's weight in the mean over taps.
    public var style: [VGG16.Tap: Double]
    /// The histogram loss at each of its taps, divided by their number; empty in pass 1.
    public var histogram: [VGG16.Tap: Double]
    /// The total variation; 0 in pass 1.
    public var tv: Double
    /// The matched-feature loss at each of its taps, divided by their number; empty where there is none.
    public var matched: [VGG16.Tap: Double] = [:]
}

extension LossRecord {
    /// Decodes losses; ones without matched features have none.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            total: try values.decode(Double.self, forKey: .total),
            content: try values.decode(Double.self, forKey: .content),
            style: try values.decode([VGG16.Tap: Double].self, forKey: .style),
            histogram: try values.decode([VGG16.Tap: Double].self, forKey: .histogram),
            tv: try values.decode(Double.self, forKey: .tv),
            matched: try values.decodeIfPresent([VGG16.Tap: Double].self, forKey: .matched) ?? [:])
    }
}
