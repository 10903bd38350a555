/// A conversion of colours from one space to another.
///
/// It keeps colours as they are relative to white (relative colorimetric), since paper and screens are both looked at by
/// an eye that has adapted to their white, and maps black to black (black point compensation), so that no shadows are
/// lost to a screen's deeper or a print's lighter black. Photo editors do the same by default.
final class ColorTransform: @unchecked Sendable {
    // Made once and only read after that: Little CMS lets several threads use a transform that has no cache.
    private let handle: UnsafeMutableRawPointer
    private let source, target: ColorProfile.Space

    /// How many colours are converted in one call.
    private static let block = 4096

    /// Takes over a transform of Little CMS between two spaces of floating-point samples.
    init(handle: UnsafeMutableRawPointer, from source: ColorProfile.Space, to target: ColorProfile.Space) {
        self.handle = handle
        self.source = source
        self.target = target
    }

    deinit { LittleCMS.delete(handle) }

    /// Converts colours whose channels lie side by side, grey and RGB in 0…1 and inks in 0…100 per cent; what comes out
    /// is clamped to 0…1, NaN to 0. The target is grey or RGB.
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
