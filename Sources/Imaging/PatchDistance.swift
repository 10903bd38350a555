/// Sums of squared differences (SSD) between patches of two pictures: the hot loop of ``PatchMatch``.
///
/// With interleaved channels an n×n patch is n contiguous runs of 3n values, so patches are compared in place.
struct PatchDistance {
    /// The pictures' values, not owned.
    let target, source: UnsafePointer<Float>
    /// The pictures' widths in pixels.
    let targetWidth, sourceWidth: Int
    /// n, the patch size.
    let side: Int

    /// The SSD of the target's patch with its top-left pixel at (x, y) and the source's patch at (u, v), both inside; a
    /// partial sum once that reaches `limit` (early termination).
    ///
    /// The summation order is fixed, so that equal patches have equal sums.
    func callAsFunction(_ x: Int, _ y: Int, _ u: Int, _ v: Int, below limit: Float) -> Float {
        let line = 3 * side
        var sums = SIMD8<Float>.zero
        var total: Float = 0
        for row in 0..<side {
            let p = UnsafeRawPointer(target + 3 * ((y + row) * targetWidth + x))
            let q = UnsafeRawPointer(source + 3 * ((v + row) * sourceWidth + u))
            var i = 0
            while i + 8 <= line {
                let difference =
                    p.loadUnaligned(fromByteOffset: 4 * i, as: SIMD8<Float>.self)
                    - q.loadUnaligned(fromByteOffset: 4 * i, as: SIMD8<Float>.self)
                sums += difference * difference
                i += 8
            }
            if i + 4 <= line {
                let difference =
                    p.loadUnaligned(fromByteOffset: 4 * i, as: SIMD4<Float>.self)
                    - q.loadUnaligned(fromByteOffset: 4 * i, as: SIMD4<Float>.self)
                sums.lowHalf += difference * difference
                i += 4
            }
            while i < line {
                let difference =
                    p.load(fromByteOffset: 4 * i, as: Float.self) - q.load(fromByteOffset: 4 * i, as: Float.self)
                sums[i & 7] += difference * difference
                i += 1
            }
            total = sums.sum()
            // Most candidates are far worse than the best so far, and exceed it after a few rows.
            if total >= limit { break }
        }
        return total
    }
}
