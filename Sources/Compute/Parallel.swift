internal import Foundation
internal import Synchronization

/// The number of threads of parallel loops.
public enum Parallel {
    /// The maximum number of threads, at least 1; by default the number of cores that this process may use. Results do
    /// not depend on it.
    @TaskLocal public static var threads = cores

    /// The number of cores that this process may use: those of the machine that it may run on, and no more than a
    /// container's or batch system's share of processor time allows. More threads would be stopped in turn.
    package static let cores = cores(of: ProcessInfo.processInfo.activeProcessorCount, ControlGroup.own.processors)

    /// The number of `machine`'s cores that a share of its time, in processors, keeps busy; nil: no limit.
    package static func cores(of machine: Int, _ share: Double?) -> Int {
        share.map { max(1, min(machine, Int(min($0, Double(most)).rounded(.up)))) } ?? machine
    }

    /// An upper limit above any machine's cores, so that products with the number of threads stay small.
    private static let most = 4096

    /// Calls `body` with the maximum number of threads set to `threads`; nil keeps the current one.
    public static func with<Result>(threads: Int?, _ body: () throws -> Result) rethrows -> Result {
        try $threads.withValue(min(threads ?? self.threads, most)) { try body() }
    }
}

/// A parallel loop: calls `body` with each index in 0 ..< `count` and returns when all calls have.
///
/// The calls must write to disjoint memory; results then do not depend on the number of threads.
public func parallelFor(_ count: Int, _ body: (Int) -> Void) {
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

/// A parallel loop over parts: splits 0 ..< `count` into ranges of at most `size` and calls `body` with each.
public func parallelFor(_ count: Int, inPartsOf size: Int, _ body: (Range<Int>) -> Void) {
    let size = max(1, size)
    parallelFor((count + size - 1) / size) { part in
        body(part * size..<min(count, (part + 1) * size))
    }
}

/// A parallel reduction: the sum of `body` over ranges of at most `size` that cover 0 ..< `count`.
///
/// The ranges and the order of summation are fixed: the result does not depend on the number of threads.
public func parallelSum(_ count: Int, inPartsOf size: Int, _ body: (Range<Int>) -> Double) -> Double {
    let sums = [Double](unsafeUninitializedCapacity: (count + size - 1) / size) { sums, initialized in
        initialized = (count + size - 1) / size
        nonisolated(unsafe) let sums = sums
        parallelFor(count, inPartsOf: size) { sums[$0.lowerBound / size] = body($0) }
    }
    return sums.reduce(0, +)
}
