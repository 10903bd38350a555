internal import CKernels
internal import Foundation

/// A first-fit allocator for large tensors that keeps released blocks of a few large mappings for reuse.
///
/// An evaluation allocates the same sizes repeatedly. Unmapping released blocks would cost a page fault for every 4 KiB
/// of every activation, and free lists per size would add up to the sum of all sizes. Instead, a block is split off the
/// free one of the lowest address that holds it, and coalesces with its free neighbours on release. O(free blocks).
package final class MemoryPool: Sendable {
    package static let shared = MemoryPool()

    /// The free blocks, sorted by address and coalesced.
    private let free = ObservedMutex<[Range<UInt>]>([])

    /// Blocks are whole pages; sizes below `smallest` are left to malloc.
    private static let page: UInt = 4096, smallest = 16 * page
    /// The bytes of a mapping, which take memory only once written to. Small under a limit of addresses or data
    /// (`ulimit -v`, `ulimit -d`), to which all of it counts at once.
    private static let stretch: UInt = isRationed ? 1 << 24 : 1 << 30

    private static var isRationed: Bool {
        #if canImport(Darwin)
            return false
        #else
            return [RLIMIT_AS, RLIMIT_DATA].contains { resource in
                var limit = rlimit()
                return getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 && limit.rlim_cur != .max
            }
        #endif
    }

    /// An empty pool.
    package init() {}

    /// Allocates `bytes` bytes, aligned to 64. Traps when out of memory.
    package func take(_ bytes: Int) -> UnsafeMutableRawPointer {
        guard let size = Self.size(bytes) else { return .allocate(byteCount: bytes, alignment: 64) }
        let address = free.withLock { free -> UInt? in
            if let address = Self.split(size, off: &free) { return address }
            // There may be too few addresses for a full mapping.
            guard let new = Self.addresses(max(size, Self.stretch)) ?? Self.addresses(size) else { return nil }
            Self.join(new, to: &free)
            return Self.split(size, off: &free)
        }
        guard let address, let pointer = UnsafeMutableRawPointer(bitPattern: address) else {
            preconditionFailure("the system gives no \(bytes) bytes: \(String(cString: strerror(errno)))")
        }
        return pointer
    }

    /// Releases memory of `bytes` bytes from ``take(_:)``.
    package func release(_ pointer: UnsafeMutableRawPointer, _ bytes: Int) {
        guard let size = Self.size(bytes) else { return pointer.deallocate() }
        let address = UInt(bitPattern: pointer)
        free.withLock { Self.join(address..<address + size, to: &$0) }
    }

    /// Returns the free memory to the system, at the end of a phase whose sizes will not recur.
    package func drain() {
        free.withLock { free in
            for block in free {
                madvise(UnsafeMutableRawPointer(bitPattern: block.lowerBound), block.count, MADV_DONTNEED)
            }
        }
        // malloc, too, keeps freed arrays of up to some megabytes.
        ckernels_trim_heap()
    }

    /// The size of a block for `bytes` bytes, rounded up to pages; nil where malloc serves them.
    private static func size(_ bytes: Int) -> UInt? {
        bytes < smallest ? nil : (UInt(bytes) + page - 1) / page * page
    }

    /// Splits `size` bytes off the first free block that holds them; nil where none does. The smallest block instead of
    /// the first would leave rests that are too small for the next evaluation.
    private static func split(_ size: UInt, off free: inout [Range<UInt>]) -> UInt? {
        guard let first = free.firstIndex(where: { $0.count >= size }) else { return nil }
        let block = free[first]
        if block.count == size {
            free.remove(at: first)
        } else {
            free[first] = block.lowerBound + size..<block.upperBound
        }
        return block.lowerBound
    }

    private static func join(_ block: Range<UInt>, to free: inout [Range<UInt>]) {
        var index = free.firstIndex { $0.lowerBound > block.lowerBound } ?? free.count
        var block = block
        if index < free.count, free[index].lowerBound == block.upperBound {
            block = block.lowerBound..<free.remove(at: index).upperBound
        }
        if index > 0, free[index - 1].upperBound == block.lowerBound {
            index -= 1
            block = free.remove(at: index).lowerBound..<block.upperBound
        }
        free.insert(block, at: index)
    }

    /// A new mapping; nil where the system refuses.
    private static func addresses(_ size: UInt) -> Range<UInt>? {
        let pointer = mmap(nil, Int(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pointer, pointer != MAP_FAILED else { return nil }
        return UInt(bitPattern: pointer)..<UInt(bitPattern: pointer) + size
    }
}
