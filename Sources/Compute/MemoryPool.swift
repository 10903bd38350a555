internal import CKernels
internal import Foundation
internal import Synchronization

/// The memory of large tensors: blocks of a few wide stretches of addresses, of which released ones wait to be used again.
///
/// An evaluation allocates the same sizes again and again. Handing such blocks back to the system would cost a page fault
/// for every 4 KiB of every activation, and keeping them by size would add up to the sum of all sizes. Here a block is
/// split off the smallest free one that holds it, and joins its free neighbours when it is released.
package final class MemoryPool: Sendable {
    package static let shared = MemoryPool()

    /// Free memory, by address; neighbours are one block.
    private let free = Mutex<[Range<UInt>]>([])

    /// Blocks are whole pages; what is smaller than so many is left to malloc.
    private static let page: UInt = 4096, smallest = 16 * page
    /// Addresses that are asked for at a time. They take memory only once they are written to. Where they are rationed
    /// (`ulimit -v`), few: others need some, too.
    private static let stretch: UInt = addressesAreRationed ? 1 << 24 : 1 << 30

    private static var addressesAreRationed: Bool {
        #if canImport(Darwin)
            return false
        #else
            var limit = rlimit()
            return getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur != .max
        #endif
    }

    /// A pool without memory.
    package init() {}

    /// So many bytes, aligned to 64.
    package func take(_ bytes: Int) -> UnsafeMutableRawPointer {
        guard let size = Self.size(bytes) else { return .allocate(byteCount: bytes, alignment: 64) }
        let address = free.withLock { free -> UInt? in
            if let address = Self.split(size, off: &free) { return address }
            // There may be no whole stretch.
            guard let new = Self.addresses(max(size, Self.stretch)) ?? Self.addresses(size) else { return nil }
            Self.join(new, to: &free)
            return Self.split(size, off: &free)
        }
        guard let address, let pointer = UnsafeMutableRawPointer(bitPattern: address) else {
            preconditionFailure("the system gives no \(bytes) bytes: \(String(cString: strerror(errno)))")
        }
        return pointer
    }

    /// Takes back what `take` gave for so many bytes.
    package func release(_ pointer: UnsafeMutableRawPointer, _ bytes: Int) {
        guard let size = Self.size(bytes) else { return pointer.deallocate() }
        let address = UInt(bitPattern: pointer)
        free.withLock { Self.join(address..<address + size, to: &$0) }
    }

    /// Gives the free memory back to the system, for the end of a phase whose sizes will not come again.
    package func drain() {
        free.withLock { free in
            for block in free {
                madvise(UnsafeMutableRawPointer(bitPattern: block.lowerBound), block.count, MADV_DONTNEED)
            }
        }
        // Arrays of up to some megabytes, too, leave holes that are kept.
        ckernels_trim_heap()
    }

    /// The size of the block for so many bytes; nil for those that malloc serves.
    private static func size(_ bytes: Int) -> UInt? {
        bytes < smallest ? nil : (UInt(bytes) + page - 1) / page * page
    }

    /// The first part of the smallest free block that holds `size` bytes.
    private static func split(_ size: UInt, off free: inout [Range<UInt>]) -> UInt? {
        var best: Int?
        for (index, block) in free.enumerated() where block.count >= size {
            if best.map({ block.count < free[$0].count }) ?? true { best = index }
        }
        guard let best else { return nil }
        let block = free[best]
        if block.count == size {
            free.remove(at: best)
        } else {
            free[best] = block.lowerBound + size..<block.upperBound
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

    /// New addresses; nil where the system gives none.
    private static func addresses(_ size: UInt) -> Range<UInt>? {
        let pointer = mmap(nil, Int(size), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pointer, pointer != MAP_FAILED else { return nil }
        return UInt(bitPattern: pointer)..<UInt(bitPattern: pointer) + size
    }
}
