/// Which range the bins of a histogram span when values are moved onto it.
public enum HistogramRange: String, CaseIterable, Codable, Sendable {
    /// The style's range, as in the paper (Wilmot, Risser and Barnes 2017).
    case style
    /// The moved values' own range, as in the article this project descends from.
    case own
}
