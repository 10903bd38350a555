internal import CKernels

/// Sorting of floats by radix.
package enum Sorting {
    /// The indices of `count` values in ascending order of value; equal values keep their order. Not-a-numbers go to
    /// the ends. O(count).
    package static func ascendingOrder(_ values: UnsafePointer<Float>, count: Int) -> [UInt32] {
        var scratch = [UInt32](unsafeUninitializedCapacity: 3 * count) { _, initialized in initialized = 3 * count }
        return [UInt32](unsafeUninitializedCapacity: count) { order, initialized in
            scratch.withUnsafeMutableBufferPointer { scratch in
                if let base = order.baseAddress, let scratch = scratch.baseAddress {
                    ckernels_ascending_order(values, count, base, scratch)
                }
            }
            initialized = count
        }
    }
}
