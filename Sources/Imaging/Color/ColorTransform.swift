/// A conversion of colours from one colour space to another.
///
/// The intent is relative colorimetric, since the eye adapts to the white of paper and screen alike, with black point
/// compensation, so that shadows survive the different blacks of screen and print: the default of photo editors.
final class ColorTransform: @unchecked Sendable {
    // Immutable once created; Little CMS transforms without a cache are thread-safe.
    private let handle: UnsafeMutableRawPointer
    private let source, target: ColorProfile.Space

    /// The number of colours converted per call.
    private static let block = 4096

    /// Takes ownership of a Little CMS transform of floating-point samples.
    init(handle: UnsafeMutableRawPointer, from source: ColorProfile.Space, to target: ColorProfile.Space) {
        self.handle = handle
        self.source = source
        self.target = target
    }

    deinit { LittleCMS.delete(handle) }

    /// The transform of CIELAB; nil when out of memory.
    static let labToSRGB: ColorTransform? = {
        guard let lab = LittleCMS.Profile.lab, let sRGB = LittleCMS.Profile.sRGB else { return nil }
        return lab.transform(from: .lab, to: sRGB, .rgb)
    }()

    /// Converts interleaved colours, grey and RGB in 0…1, CMYK in 0…100 per cent and CIELAB, to grey or RGB. Results
    /// are clamped to 0…1, NaN to 0.
    func applied(to values: some Sequence<Float>) -> FloatBuffer {
        let values = FloatBuffer(values)
        let (width, newWidth) = (source.channels, target.channels)
        precondition(values.count % width == 0, "\(values.count) values are no colours of \(width) channels")
        let colors = values.count / width
        return FloatBuffer(count: colors * newWidth) { to in
            values.read { from in
                parallelFor(colors, inPartsOf: Self.block) { part in
                    let (start, end) = (part.lowerBound * newWidth, part.upperBound * newWidth)
                    LittleCMS.convert(handle, from + part.lowerBound * width, to + start, count: part.count)
                    for i in start..<end { to[i] = to[i].clampedToUnit }
                }
            }
        }
    }
}
