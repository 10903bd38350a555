import Foundation
import Synchronization
import Testing

@testable import Imaging

@Suite struct ThreadsTests {
    @Test func `pictures are worked on by as many threads as are allowed`() {
        let seen = Mutex<Set<UInt>>([])
        Parallel.with(threads: 1) {
            BoxMeans(size: Size(width: 8, height: 4000), radius: 1, channels: 1).forEachRow { _, row in
                row.update(repeating: 1)
                _ = seen.withLock { $0.insert(UInt(pthread_self())) }
                usleep(100)
            } _: { _, means in
                #expect(means.allSatisfy { $0 == 1 })
            }
        }
        #expect(seen.withLock { $0.count } == 1)
    }
}
