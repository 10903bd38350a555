internal import Dispatch
internal import Foundation

/// The cores that parts are spread over.
package let coreCount = ProcessInfo.processInfo.activeProcessorCount

/// Calls `body` with 0 ..< `count`, spread over the machine's cores, and returns when all are done.
///
/// The parts must write to separate memory; results then do not depend on how many cores there are.
package func parallelFor(_ count: Int, _ body: (Int) -> Void) {
    guard count > 1 else {
        if count == 1 { body(0) }
        return
    }
    // Dispatch cannot know that the parts are separate; it returns only when all calls have, so nothing escapes.
    withoutActuallyEscaping(body) { body in
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: count) { body($0) }
    }
}

/// Splits 0 ..< `count` into parts of at most `size` and calls `body` with each, spread over the machine's cores.
package func parallelFor(_ count: Int, inPartsOf size: Int, _ body: (Range<Int>) -> Void) {
    let size = max(1, size)
    parallelFor((count + size - 1) / size) { part in
        body(part * size..<min(count, (part + 1) * size))
    }
}

/// The sum of `body` over the parts of 0 ..< `count`, which are spread over the machine's cores.
///
/// The parts and the order in which their sums are added are fixed: the result does not depend on the cores.
package func parallelSum(_ count: Int, inPartsOf size: Int, _ body: (Range<Int>) -> Double) -> Double {
    let sums = [Double](unsafeUninitializedCapacity: (count + size - 1) / size) { sums, initialized in
        initialized = (count + size - 1) / size
        nonisolated(unsafe) let sums = sums
        parallelFor(count, inPartsOf: size) { sums[$0.lowerBound / size] = body($0) }
    }
    return sums.reduce(0, +)
}
