/// Sums of squared differences between the patches of two pictures: what ``PatchMatch`` spends its time on.
///
/// A patch of n×n pixels is n runs of 3n values in a picture whose channels are interleaved, so no patch is copied.
struct PatchDistance {
    /// The values of the pictures, which outlive this.
    let target, source: UnsafePointer<Float>
    /// The pictures' widths in pixels.
    let targetWidth, sourceWidth: Int
    /// n, the pixels of a patch's side.
    let side: Int

    /// The sum between the target's patch with its top-left pixel at (x, y) and the source's with its at (u, v), both
    /// inside; or, once the sum has reached `limit`, a number of at least that.
    ///
    /// The order of the additions is fixed, so that equal patches have equal sums.
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
            // Most candidates are far worse than the best so far and are known to be after a few rows.
            if total >= limit { break }
        }
        return total
    }
}
