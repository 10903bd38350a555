internal import Foundation
internal import Synchronization

/// How work is spread over the cores.
package enum Parallel {
    /// The threads that work at a time, at least 1; the machine's cores unless bound. Results do not depend on it.
    @TaskLocal package static var threads = ProcessInfo.processInfo.activeProcessorCount

    /// More threads than any machine has: shares are counted in them, and these numbers stay small.
    private static let most = 4096

    /// Calls `body` with at most `threads` threads at work, where nil leaves their number as it is.
    package static func with<Result>(threads: Int?, _ body: () throws -> Result) rethrows -> Result {
        try $threads.withValue(min(threads ?? self.threads, most)) { try body() }
    }
}

/// Calls `body` with 0 ..< `count`, spread over the threads, and returns when all are done.
///
/// The parts must write to separate memory; results then do not depend on how many threads there are.
package func parallelFor(_ count: Int, _ body: (Int) -> Void) {
    let threads = min(count, Parallel.threads)
    guard threads > 1 else {
        for i in 0..<count { body(i) }
        return
    }
    let next = Atomic<Int>(0)
    WorkerPool.shared.run(helpers: threads - 1) {
        while true {
            let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard i < count else { return }
            body(i)
        }
    }
}

/// Splits 0 ..< `count` into parts of at most `size` and calls `body` with each, spread over the threads.
package func parallelFor(_ count: Int, inPartsOf size: Int, _ body: (Range<Int>) -> Void) {
    let size = max(1, size)
    parallelFor((count + size - 1) / size) { part in
        body(part * size..<min(count, (part + 1) * size))
    }
}

/// The sum of `body` over the parts of 0 ..< `count`, which are spread over the threads.
///
/// The parts and the order in which their sums are added are fixed: the result does not depend on the threads.
package func parallelSum(_ count: Int, inPartsOf size: Int, _ body: (Range<Int>) -> Double) -> Double {
    let sums = [Double](unsafeUninitializedCapacity: (count + size - 1) / size) { sums, initialized in
        initialized = (count + size - 1) / size
        nonisolated(unsafe) let sums = sums
        parallelFor(count, inPartsOf: size) { sums[$0.lowerBound / size] = body($0) }
    }
    return sums.reduce(0, +)
}
