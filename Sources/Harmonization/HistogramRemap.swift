package import Tensors

/// Moves the values of each channel so that they have a given histogram.
package struct HistogramRemap: Sendable {
    private let histogram: ChannelHistogram
    private let range: HistogramRange

    /// The map onto `histogram`, its bins spanning `range`.
    package init(onto histogram: ChannelHistogram, range: HistogramRange) {
        self.histogram = histogram
        self.range = range
    }

    /// The n×C `features` moved, channel by channel.
    ///
    /// The value of rank i (1…n, equal values in their order) goes to the first bin whose cumulative count (of the
    /// histogram scaled to total n) reaches i, at lo + (bin + ratio)·(hi − lo)/256 with
    /// ratio = (i − cumulative count below) / count, clamped to 0…1. O(n·C).
    package func callAsFunction(_ features: Tensor) -> Tensor {
        let (n, channels) = (features.shape[0], features.shape[1])
        precondition(channels == histogram.low.count, "a histogram of \(histogram.low.count) channels for \(channels)")
        return Tensor(shape: features.shape) { out in
            features.read { values in
                parallelFor(channels) { channel in remap(values + channel, out + channel, n, stride: channels, channel)
                }
            }
        }
    }

    private func remap(
        _ values: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ n: Int, stride: Int, _ channel: Int
    ) {
        let bins = ChannelHistogram.bins
        let order = Sorting.ascendingOrder(values, count: n, stride: stride)
        let counts = histogram.counts[channel * bins..<(channel + 1) * bins]
        let low: Float, high: Float
        switch range {
        case .style: (low, high) = (histogram.low[channel], histogram.high[channel])
        case .own: (low, high) = (values[Int(order[0]) * stride], values[Int(order[n - 1]) * stride])
        }
        // Scaled counts and their sums are rounded to Float as the reference's are: where a sum meets a rank exactly,
        // the last bit decides between a bin and the next that is not empty.
        let factor = Float(n) / counts.reduce(0, +)
        let scaled = counts.map { $0 * factor }
        var cumulative = [Float](repeating: 0, count: bins)
        var total = 0.0
        for bin in 0..<bins {
            total += Double(scaled[bin])
            cumulative[bin] = Float(total)
        }
        let width = (high - low) / Float(bins)
        var bin = 0
        for i in 0..<n {
            let rank = Float(i + 1)
            while bin < bins - 1, cumulative[bin] < rank { bin += 1 }
            let below = bin == 0 ? 0 : cumulative[bin - 1]
            let ratio = min(max((rank - below) / (1e-8 + scaled[bin]), 0), 1)
            out[Int(order[i]) * stride] = low + (ratio + Float(bin)) * width
        }
    }
}
