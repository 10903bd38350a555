internal import Compute
internal import Geometry

/// Separable resampling of interleaved channels with the Catmull-Rom cubic (a = −½), widened by the scale when
/// downsampling (antialiasing); pixel centres are at half integers.
enum Resampling {
    /// The filter taps of one output pixel: consecutive source pixels and their weights, with sum 1.
    private struct Span {
        let first: Int
        let weights: [Float]
    }

    /// The crop to `region` of `values` (H×W×`channels` of `size`) resampled to `newSize`.
    ///
    /// The cubic overshoots, so results may leave the range of the values. The same size returns the values unchanged.
    static func resample(
        _ values: FloatBuffer, from size: Size, to newSize: Size, _ region: Region, channels: Int
    ) -> FloatBuffer {
        let across = spans(region.columns, from: size.width, to: newSize.width)
        let down = spans(region.rows, from: size.height, to: newSize.height)
        let line = across.count * channels
        // Only source rows under the region are resampled horizontally.
        let top = down.first?.first ?? 0, bottom = down.last.map { $0.first + $0.weights.count } ?? 0
        let wide = FloatBuffer(count: line * (bottom - top)) { wide in
            values.read { values in
                parallelFor(bottom - top) { row in
                    let source = values + (top + row) * size.width * channels, out = wide + row * line
                    for (x, span) in across.enumerated() {
                        for c in 0..<channels {
                            var sum: Float = 0
                            for k in span.weights.indices {
                                sum += span.weights[k] * source[(span.first + k) * channels + c]
                            }
                            out[x * channels + c] = sum
                        }
                    }
                }
            }
        }
        return FloatBuffer(count: line * down.count) { result in
            wide.read { wide in
                parallelFor(down.count) { y in
                    let span = down[y], out = result + y * line
                    out.update(repeating: 0, count: line)
                    for k in span.weights.indices {
                        let (row, weight) = (wide + (span.first + k - top) * line, span.weights[k])
                        for i in 0..<line { out[i] += weight * row[i] }
                    }
                }
            }
        }
    }

    private static func spans(_ range: Range<Int>, from count: Int, to newCount: Int) -> [Span] {
        if count == newCount { return range.map { Span(first: $0, weights: [1]) } }
        let scale = Double(count) / Double(newCount)
        let widening = max(1, scale)
        return range.map { i in
            let centre = (Double(i) + 0.5) * scale - 0.5
            let first = max(0, Int((centre - 2 * widening).rounded(.up)))
            let last = min(count - 1, Int((centre + 2 * widening).rounded(.down)))
            let weights = (first...max(first, last)).map { cubic((Double($0) - centre) / widening) }
            let total = weights.reduce(0, +)
            return Span(first: first, weights: weights.map { Float($0 / total) })
        }
    }

    static func cubic(_ distance: Double) -> Double {
        let x = abs(distance)
        if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
        if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
        return 0
    }
}

extension Mask {
    /// The mask resampled to another size (Catmull-Rom), clamped to 0…1.
    public func resampled(to size: Size) -> Mask {
        let values = Resampling.resample(self.values, from: self.size, to: size, .whole(of: size), channels: 1)
        return Mask(width: size.width, height: size.height, values: values.map(\.clampedToUnit))
    }
}

extension Image {
    /// The picture at twice its size, not clamped: it may be a difference of pictures.
    package var doubled: Image { scaled(to: Size(width: 2 * width, height: 2 * height)) }

    /// The picture resampled to another size (Catmull-Rom), clamped to 0…1.
    public func resampled(to size: Size) -> Image {
        var result = scaled(to: size)
        result.clamp()
        return result
    }

    /// The picture reduced (Catmull-Rom) to a long side of `side` pixels if it is longer; else as it is.
    package func reduced(toLongSide side: Int) -> Image {
        let smaller = size.reduced(toLongSide: side)
        return smaller == size ? self : resampled(to: smaller)
    }

    private func scaled(to size: Size) -> Image {
        Image(
            width: size.width, height: size.height,
            values: Resampling.resample(values, from: self.size, to: size, .whole(of: size), channels: 3))
    }
}

extension Picture {
    /// The colours and alpha reduced (Catmull-Rom) to a long side of `side` pixels if it is longer, to be stored with 8
    /// bits in sRGB. Colours are resampled premultiplied, so that those of transparent pixels do not bleed in.
    package func reduced(toLongSide side: Int) -> Picture {
        let size = image.size.reduced(toLongSide: side)
        guard size != image.size, let alpha else {
            return Picture(image: image.reduced(toLongSide: side), alpha: alpha)
        }
        let premultiplied = image.values.premultiplied(by: alpha.values), smaller = alpha.resampled(to: size)
        var colors = Image(width: image.width, height: image.height, values: premultiplied).resampled(to: size)
        colors.values = colors.values.unpremultiplied(by: smaller.values)
        colors.clamp()
        return Picture(image: colors, alpha: smaller)
    }
}

extension Size {
    /// The size with a long side of `side`, if it is longer; else the same.
    fileprivate func reduced(toLongSide side: Int) -> Size {
        let longSide = max(width, height)
        guard longSide > side else { return self }
        func reduced(_ length: Int) -> Int { max(1, (length * side + longSide / 2) / longSide) }
        return Size(width: reduced(width), height: reduced(height))
    }
}

extension FloatBuffer {
    /// These colours (H×W×3) times a mask (H×W).
    func premultiplied(by mask: FloatBuffer) -> FloatBuffer {
        var result = self
        for i in mask.indices { for c in 3 * i..<3 * i + 3 { result[c] *= mask[i] } }
        return result
    }

    /// The inverse; black where the mask is below half an 8-bit step: nothing is visible there, and the quotient would
    /// be noise.
    func unpremultiplied(by mask: FloatBuffer) -> FloatBuffer {
        var result = self
        for i in mask.indices {
            for c in 3 * i..<3 * i + 3 { result[c] = mask[i] > 1 / 512 ? result[c] / mask[i] : 0 }
        }
        return result
    }
}

extension Float {
    /// The value clamped to 0…1; NaN becomes 0.
    package var clampedToUnit: Float { self > 0 ? min(self, 1) : 0 }
}
