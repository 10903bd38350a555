/// An inner product of rows of features, in sixteen sums side by side that are added up at the end.
///
/// The order of the additions depends on the number of channels alone, so the bits are the same whoever computes it.
struct LaneSum {
    private var lanes = SIMD16<Float>(repeating: 0)
    /// The channels beyond the last sixteen.
    private var rest: Float = 0

    /// Adds Σ a·b over `count` channels.
    @inline(__always)
    mutating func add(_ a: UnsafePointer<Float>, times b: UnsafePointer<Float>, count: Int) {
        let (x, y) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
        var i = 0
        while i + 16 <= count {
            lanes +=
                x.loadUnaligned(fromByteOffset: 4 * i, as: SIMD16<Float>.self)
                * y.loadUnaligned(fromByteOffset: 4 * i, as: SIMD16<Float>.self)
            i += 16
        }
        while i < count {
            rest += a[i] * b[i]
            i += 1
        }
    }

    /// The sum.
    @inline(__always)
    var total: Float {
        let eight = lanes.lowHalf + lanes.highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two[0] + two[1] + rest
    }
}
