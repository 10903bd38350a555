package import Tensors

/// Histogram specification: maps the values of each channel, by rank, onto a given histogram.
package struct HistogramRemap: Sendable {
    private let histogram: ChannelHistogram
    private let range: HistogramRange

    /// The map onto `histogram`, whose bins span `range`.
    package init(onto histogram: ChannelHistogram, range: HistogramRange) {
        self.histogram = histogram
        self.range = range
    }

    /// The C×n `values`, which belong to the histogram's channels from `first` on, remapped channel by channel.
    ///
    /// The value of rank i (1…n, equal values in their order) goes to the first bin whose cumulative count (of the
    /// histogram scaled to total n) reaches i, at lo + (bin + ratio)·(hi − lo)/256 with
    /// ratio = (i − cumulative count below) / count, clamped to 0…1. O(n·C).
    package func callAsFunction(_ values: consuming Tensor, from first: Int = 0) -> Tensor {
        let (channels, n) = (values.shape[0], values.shape[1])
        precondition(
            first + channels <= histogram.low.count,
            "a histogram of \(histogram.low.count) channels for \(channels) from \(first) on")
        values.write { values in
            parallelFor(channels) { channel in remap(values + channel * n, n, first + channel) }
        }
        return values
    }

    /// Remaps the `n` values of a channel in place.
    private func remap(_ values: UnsafeMutablePointer<Float>, _ n: Int, _ channel: Int) {
        Sorting.withAscendingOrder(of: values, count: n) { remap(values, $0, n, channel) }
    }

    /// Remaps the `n` values of a channel in place, given their ascending `order`.
    private func remap(
        _ values: UnsafeMutablePointer<Float>, _ order: UnsafePointer<UInt32>, _ n: Int, _ channel: Int
    ) {
        let bins = ChannelHistogram.bins
        let low: Float, high: Float
        switch range {
        case .style: (low, high) = (histogram.low[channel], histogram.high[channel])
        case .own: (low, high) = (values[Int(order[0])], values[Int(order[n - 1])])
        }
        // Scaled counts and their sums are rounded to Float as in the reference: where a sum equals a rank exactly,
        // the last bit decides between a bin and the next non-empty one.
        let counts = histogram.counts[channel * bins..<(channel + 1) * bins]
        let factor = Float(n) / counts.reduce(0, +)
        let width = (high - low) / Float(bins)
        var total = 0.0, below: Float = 0, i = 0
        for (bin, count) in counts.enumerated() {
            let scaled = count * factor
            total += Double(scaled)
            let cumulative = Float(total)
            while i < n, Float(i + 1) <= cumulative || bin == bins - 1 {
                let ratio = min(max((Float(i + 1) - below) / (1e-8 + scaled), 0), 1)
                values[Int(order[i])] = low + (ratio + Float(bin)) * width
                i += 1
            }
            below = cumulative
        }
    }
}

/// The range that the bins of a histogram span when values are remapped onto it.
public enum HistogramRange: String, CaseIterable, Codable, Sendable {
    /// The style's range, as in the paper (Wilmot, Risser and Barnes 2017).
    case style
    /// The remapped values' own range, as in the article this project descends from.
    case own
}
