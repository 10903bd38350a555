internal import Synchronization

/// A clock for how long work takes and will take: it stands still while the program is stopped, as by Ctrl-Z.
package enum WorkClock {
    private static let pauses = Mutex(Duration.zero)

    package static var now: ContinuousClock.Instant { .now - pauses.withLock { $0 } }

    /// Calls `body`, in which the program is stopped for some time that is no work.
    package static func pause(_ body: () -> Void) {
        let start = ContinuousClock.now
        body()
        pauses.withLock { $0 += .now - start }
    }
}
