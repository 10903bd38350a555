/// What each loss is multiplied by in a pass.
public struct LossWeights: Equatable, Codable, Sendable {
    /// The factors of the content, style, histogram and total-variation losses.
    public var content, style, histogram, tv: Double

    /// The given factors.
    public init(content: Double, style: Double, histogram: Double, tv: Double) {
        (self.content, self.style, self.histogram, self.tv) = (content, style, histogram, tv)
    }
}
