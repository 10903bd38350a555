package import Tensors

/// The 256-bin histograms of the channels of a set of features, each over the channel's own range.
package struct ChannelHistogram: Sendable {
    /// The number of bins.
    package static let bins = 256

    /// The counts, C×256.
    package let counts: [Float]
    /// The smallest and largest value of each channel.
    package let low, high: [Float]

    /// The histograms of the columns of `features`, an n×C tensor with n ≥ 1. O(n·C).
    ///
    /// Value v goes to bin ⌊(v − lo)·256 / (hi − lo)⌋, hi itself to the last; a constant channel goes to bin 128.
    package init(_ features: Tensor) {
        precondition(features.shape.count == 2 && features.shape[0] > 0, "no values to count in \(features.shape)")
        let (n, channels) = (features.shape[0], features.shape[1])
        let bins = Self.bins
        var counts = [Float](repeating: 0, count: channels * bins)
        var low = [Float](repeating: .infinity, count: channels)
        var high = [Float](repeating: -.infinity, count: channels)
        features.read { values in
            for i in 0..<n {
                for c in 0..<channels {
                    low[c] = min(low[c], values[i * channels + c])
                    high[c] = max(high[c], values[i * channels + c])
                }
            }
            for i in 0..<n {
                for c in 0..<channels {
                    let span = high[c] - low[c]
                    let bin = span > 0 ? Int((values[i * channels + c] - low[c]) * Float(bins) / span) : bins / 2
                    counts[c * bins + min(max(bin, 0), bins - 1)] += 1
                }
            }
        }
        (self.counts, self.low, self.high) = (counts, low, high)
    }

    /// Histograms of known counts (C×256) and ranges (C each).
    package init(counts: [Float], low: [Float], high: [Float]) {
        precondition(
            counts.count == low.count * Self.bins && low.count == high.count, "a histogram has 256 bins a channel")
        (self.counts, self.low, self.high) = (counts, low, high)
    }
}
