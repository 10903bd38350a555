import Harmonization
import Tensors
import TestSupport
import Testing

@Suite struct HistogramRemapTests {
    private func column(_ values: [Float]) -> Tensor { Tensor(shape: [values.count, 1], values: values) }

    private func uniform(_ count: Int, in range: ClosedRange<Float> = 0...1, seed: UInt64 = 1) -> [Float] {
        Array(Tensor.random([count], in: range, seed: seed).values)
    }

    private func remapped(_ values: [Float], onto style: [Float], _ range: HistogramRange = .style) -> [Float] {
        Array(HistogramRemap(onto: ChannelHistogram(column(style)), range: range)(column(values).transposed()).values)
    }

    @Test(arguments: HistogramRange.allCases, [1, 5, 100, 3000])
    func `onto its own histogram it is the identity to a bin`(range: HistogramRange, count: Int) {
        let values = uniform(count, in: -2...5)
        let bin = ((values.max() ?? 0) - (values.min() ?? 0)) / 256
        for (before, after) in zip(values, remapped(values, onto: values, range)) {
            #expect(abs(before - after) <= 1.001 * bin)
        }
    }

    @Test(arguments: HistogramRange.allCases, [7, 255, 1000])
    func `it is monotone and keeps the rank order`(range: HistogramRange, count: Int) {
        let values = uniform(count, in: -1...1, seed: 2)
        let result = remapped(values, onto: uniform(333, in: 4...9, seed: 3).map { $0 * $0 }, range)
        let order = values.indices.sorted { values[$0] < values[$1] }
        for (a, b) in zip(order, order.dropFirst()) { #expect(result[a] <= result[b]) }
    }

    @Test(arguments: [(400, 400), (1000, 250), (250, 1000), (377, 611), (3000, 41), (10, 5000)])
    func `the remapped values' histogram is the target's, scaled, to one count a bin`(count: Int, styleCount: Int) {
        // Squared, so that the target is far from flat and has empty bins at its far end.
        let style = uniform(styleCount, seed: 4).map { $0 * $0 * 7 + 1 }
        let histogram = ChannelHistogram(column(style))
        let result = remapped(uniform(count, seed: 5), onto: style)
        let (low, high) = (histogram.low[0], histogram.high[0])
        var counts = [Double](repeating: 0, count: 256)
        for value in result {
            // The value of a bin's last rank lies on its upper edge and counts there.
            let position = Double((value - low) / (high - low)) * 256
            counts[min(255, max(0, Int((position - 1e-3).rounded(.up)) - 1))] += 1
        }
        let scale = Double(count) / Double(styleCount)
        for bin in 0..<256 { #expect(abs(counts[bin] - Double(histogram.counts[bin]) * scale) <= 1, "bin \(bin)") }
    }

    @Test func `no value lands in the interior of an empty bin`() {
        let result = remapped(
            uniform(500, seed: 6), onto: (0..<50).map { $0 < 25 ? 0.01 * Float($0) : 5 + 0.01 * Float($0) })
        #expect(result.allSatisfy { $0 <= 0.3 || $0 >= 5.2 })
    }

    @Test func `ties spread over the target in their order`() {
        let result = remapped([2, 2, 2, 2], onto: [0, 1, 2, 3])
        #expect(result == result.sorted())
        #expect(Set(result).count == 4)
    }

    @Test func `a constant channel takes on the style's values, and a constant style gives its value`() {
        let spread = remapped(Array(repeating: 3, count: 100), onto: uniform(100, in: 10...20, seed: 7))
        #expect(spread.min() ?? 0 < 11 && spread.max() ?? 0 > 19)
        #expect(remapped(uniform(50, seed: 8), onto: [4, 4, 4]) == Array(repeating: 4, count: 50))
        #expect(remapped([3, 3, 3], onto: uniform(9, seed: 9), .own) == [3, 3, 3])
    }

    @Test func `one value goes to the end of the style's range, and stays in its own`() {
        let style: [Float] = [0, 1, 2, 10]
        #expect(abs(remapped([5], onto: style)[0] - 10) < 1e-5)
        #expect(remapped([5], onto: style, .own) == [5])
        #expect(remapped([5], onto: [7]) == [7])
    }

    @Test func `fewer values than bins fill the style's range`() {
        let result = remapped([3, 1, 2], onto: uniform(900, in: 0...1, seed: 10)).sorted()
        for (value, expected) in zip(result, [1.0 / 3, 2.0 / 3, 1] as [Float]) { #expect(abs(value - expected) < 0.06) }
    }

    @Test func `the style's range is the style's and one's own is one's own`() {
        let values = uniform(500, in: -3 ... -1, seed: 11), style = uniform(500, in: 6...8, seed: 12)
        #expect(remapped(values, onto: style).allSatisfy { (6...8).contains($0) })
        let own = remapped(values, onto: style, .own)
        let (low, high) = (values.min() ?? 0, values.max() ?? 0)
        #expect(own.allSatisfy { $0 >= low - 1e-5 && $0 <= high + 1e-5 })
    }

    @Test func `channels are remapped apart from one another`() {
        let values = Tensor.random([200, 3], seed: 13), style = Tensor.random([150, 3], in: 2...4, seed: 14)
        let all = HistogramRemap(onto: ChannelHistogram(style), range: .style)(values.transposed()).values
        for channel in 0..<3 {
            let one = remapped(
                (0..<200).map { values.values[3 * $0 + channel] },
                onto: (0..<150).map { style.values[3 * $0 + channel] })
            #expect(Array(all[200 * channel..<200 * (channel + 1)]) == one)
        }
    }

    @Test func `a histogram counts every value once, the largest in the last bin`() {
        let values = uniform(1000, in: -1...1, seed: 15)
        let histogram = ChannelHistogram(column(values))
        #expect(histogram.counts.reduce(0, +) == 1000)
        #expect(histogram.counts[255] >= 1 && histogram.counts[0] >= 1)
        #expect(histogram.low[0] == values.min() && histogram.high[0] == values.max())
        #expect(ChannelHistogram(column([2, 2, 2])).counts[128] == 3)
    }
}
