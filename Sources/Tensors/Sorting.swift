internal import CKernels
internal import Compute

/// Sorting of floats by radix.
package enum Sorting {
    /// Calls `body` with the indices of `count` values in ascending order of value; equal values keep their order.
    /// Not-a-numbers go to the ends. O(count).
    package static func withAscendingOrder<Result>(
        of values: UnsafePointer<Float>, count: Int, _ body: (UnsafePointer<UInt32>) -> Result
    ) -> Result {
        // The order, and three times as much for the sort.
        let bytes = 4 * count * MemoryLayout<UInt32>.stride
        let memory = MemoryPool.shared.take(bytes)
        defer { MemoryPool.shared.release(memory, bytes) }
        let order = memory.bindMemory(to: UInt32.self, capacity: 4 * count)
        ckernels_ascending_order(values, count, order, order + count)
        return body(order)
    }
}
