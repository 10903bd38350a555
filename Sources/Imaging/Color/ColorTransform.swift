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
    func applied(to values: [Float]) -> [Float] {
        let (width, newWidth) = (source.channels, target.channels)
        precondition(values.count % width == 0, "\(values.count) values are no colours of \(width) channels")
        let colors = values.count / width
        return [Float](unsafeUninitializedCapacity: colors * newWidth) { result, count in
            values.withUnsafeBufferPointer { values in
                guard let first = values.baseAddress, let newFirst = result.baseAddress else { return }
                nonisolated(unsafe) let (from, to, handle) = (first, newFirst, handle)
                concurrently(rows: (colors + Self.block - 1) / Self.block) { row in
                    let start = row * Self.block, end = min(start + Self.block, colors)
                    LittleCMS.convert(handle, from + start * width, to + start * newWidth, count: end - start)
                    for i in start * newWidth..<end * newWidth { to[i] = to[i].clampedToUnit }
                }
            }
            count = colors * newWidth
        }
    }
}
