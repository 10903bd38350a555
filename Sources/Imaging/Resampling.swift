/// Separable resampling of planes of interleaved channels with the Catmull-Rom cubic (a = −½), widened when it
/// shrinks so that every source pixel counts; pixel centres at half integers.
enum Resampling {
    /// The source pixels that make one output pixel, and their weights, which sum to 1.
    private struct Span {
        let first: Int
        let weights: [Float]
    }

    /// `values`, H×W×`channels`, resampled to `newSize`. The cubic overshoots, so results may leave 0…1 slightly.
    static func resample(_ values: [Float], from size: Size, to newSize: Size, channels: Int) -> [Float] {
        if size == newSize { return values }
        let columns = spans(from: size.width, to: newSize.width)
        let rows = spans(from: size.height, to: newSize.height)
        var wide = [Float](repeating: 0, count: newSize.width * size.height * channels)
        for y in 0..<size.height {
            for x in 0..<newSize.width {
                let span = columns[x]
                for c in 0..<channels {
                    var sum: Float = 0
                    for (k, weight) in span.weights.enumerated() {
                        sum += weight * values[(y * size.width + span.first + k) * channels + c]
                    }
                    wide[(y * newSize.width + x) * channels + c] = sum
                }
            }
        }
        let line = newSize.width * channels
        var result = [Float](repeating: 0, count: line * newSize.height)
        for y in 0..<newSize.height {
            for (k, weight) in rows[y].weights.enumerated() {
                let from = (rows[y].first + k) * line
                for i in 0..<line { result[y * line + i] += weight * wide[from + i] }
            }
        }
        return result
    }

    private static func spans(from count: Int, to newCount: Int) -> [Span] {
        let scale = Double(count) / Double(newCount)
        let widening = max(1, scale)
        return (0..<newCount).map { i in
            let centre = (Double(i) + 0.5) * scale - 0.5
            let first = max(0, Int((centre - 2 * widening).rounded(.up)))
            let last = min(count - 1, Int((centre + 2 * widening).rounded(.down)))
            let weights = (first...max(first, last)).map { cubic((Double($0) - centre) / widening) }
            let total = weights.reduce(0, +)
            return Span(first: first, weights: weights.map { Float($0 / total) })
        }
    }

    private static func cubic(_ distance: Double) -> Double {
        let x = abs(distance)
        if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
        if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
        return 0
    }
}

extension Mask {
    /// This mask at another size, clamped to 0…1.
    public func resampled(to size: Size) -> Mask {
        let values = Resampling.resample(values, from: self.size, to: size, channels: 1)
        return Mask(width: size.width, height: size.height, values: values.map { min(max($0, 0), 1) })
    }
}

extension Image {
    /// This picture at another size, clamped to 0…1.
    public func resampled(to size: Size) -> Image {
        let values = Resampling.resample(values, from: self.size, to: size, channels: 3)
        return Image(width: size.width, height: size.height, values: values.map { min(max($0, 0), 1) })
    }
}
