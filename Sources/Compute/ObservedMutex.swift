internal import Synchronization

/// A `Mutex` whose order Thread Sanitizer sees.
///
/// The runtime's library, which locks a `Mutex`, is not instrumented: what one thread writes under the lock, or before
/// it gives something away there, looks like a race with the thread that takes the lock next. The atomic says the
/// same order again, in code that is instrumented.
package struct ObservedMutex<Value>: ~Copyable, Sendable {
    private let mutex: Mutex<Value>
    private let order = Atomic(false)

    package init(_ value: sending Value) { mutex = Mutex(value) }

    /// Calls `body` with the value, one thread at a time.
    package func withLock<Result>(_ body: (inout sending Value) -> sending Result) -> sending Result {
        mutex.withLock { value in
            _ = order.load(ordering: .acquiring)
            defer { order.store(true, ordering: .releasing) }
            return body(&value)
        }
    }
}
