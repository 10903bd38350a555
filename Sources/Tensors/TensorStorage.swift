internal import Synchronization

/// The memory behind a tensor, aligned to 64 bytes and taken from a pool of released blocks.
///
/// An evaluation allocates the same sizes again and again. Handing such blocks back to the system would cost a page
/// fault for every 4 KiB of every activation.
final class TensorStorage: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    private let bytes: Int

    init(count: Int) {
        // Whole pages for large blocks, so that nearly equal sizes share blocks.
        let unit = count > 16_384 ? 4096 : 64
        bytes = max(unit, (count * MemoryLayout<Float>.stride + unit - 1) / unit * unit)
        pointer = TensorPool.shared.take(bytes)
    }

    convenience init(copying other: TensorStorage, count: Int) {
        self.init(count: count)
        pointer.update(from: other.pointer, count: count)
    }

    deinit { TensorPool.shared.release(pointer, bytes) }
}

/// Released blocks by size, waiting to be used again.
package final class TensorPool: Sendable {
    package static let shared = TensorPool()

    private struct Block: @unchecked Sendable { let pointer: UnsafeMutablePointer<Float> }
    private let free = Mutex<[Int: [Block]]>([:])

    func take(_ bytes: Int) -> UnsafeMutablePointer<Float> {
        if let block = free.withLock({ $0[bytes]?.popLast() }) { return block.pointer }
        return UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64).assumingMemoryBound(to: Float.self)
    }

    func release(_ pointer: UnsafeMutablePointer<Float>, _ bytes: Int) {
        let block = Block(pointer: pointer)
        free.withLock { $0[bytes, default: []].append(block) }
    }

    /// Gives every waiting block back to the system: for the end of a phase whose sizes will not come again.
    package func drain() {
        let blocks = free.withLock { pool in
            defer { pool = [:] }
            return pool.values.flatMap { $0 }
        }
        for block in blocks { UnsafeMutableRawPointer(block.pointer).deallocate() }
    }
}
