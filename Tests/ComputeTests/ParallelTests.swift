import Compute
import Foundation
import Synchronization
import Testing

@Suite struct ParallelTests {
    /// The threads that work on 200 parts, each of which takes a while.
    private func threads(_ limit: Int?) -> Int {
        let seen = Mutex<Set<UInt>>([])
        Parallel.with(threads: limit) {
            parallelFor(200) { _ in
                _ = seen.withLock { $0.insert(UInt(pthread_self())) }
                usleep(200)
            }
        }
        return seen.withLock { $0.count }
    }

    @Test func `no more threads work than are allowed`() {
        #expect(threads(1) == 1)
        #expect(threads(2) <= 2)
        #expect(threads(nil) <= ProcessInfo.processInfo.activeProcessorCount)
    }

    @Test(arguments: [0, 1, 2, 7, 1000], [1, 3, 64]) func `each part is worked on once`(count: Int, size: Int) {
        var times = [Int](repeating: 0, count: count)
        times.withUnsafeMutableBufferPointer { times in
            parallelFor(count, inPartsOf: size) { part in for i in part { times[i] += 1 } }
        }
        #expect(times == Array(repeating: 1, count: count))
        #expect(parallelSum(count, inPartsOf: size) { Double($0.reduce(0, +)) } == Double(count * (count - 1) / 2))
    }
}
