internal import Dispatch
internal import Files
internal import Foundation
internal import Synchronization
internal import Terminal

/// What happens when the user or the system asks the program to stop.
///
/// While an object is repainted, the first signal asks for the best so far, which is then written; at any other time, and
/// the second time, the program leaves at once, with nothing half-written. Either way it exits with 128 plus the signal's
/// number, 130 for Ctrl-C.
enum Interruption: Error {
    /// The work was cut short by a signal.
    case signal(Int32)

    /// The signal that asked for an end; 0 for none.
    private static let received = Atomic<Int32>(0)
    /// Whether the work at hand asks for it.
    private static let isAwaited = Atomic<Bool>(false)

    /// SIG_IGN as a number: functions cannot be compared.
    private static let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
    /// One signal is answered at a time.
    private static let queue = DispatchQueue(label: "interruption", qos: .userInteractive)

    // Made once, kept for good and never looked at again.
    private nonisolated(unsafe) static let sources = [SIGINT, SIGTERM, SIGHUP].compactMap {
        number -> (any DispatchSourceSignal)? in
        // The default action would end the program before the source hears of it. A hang-up that is ignored already, by
        // nohup, is to be.
        let before = Foundation.signal(number, SIG_IGN)
        if number == SIGHUP, before.map({ unsafeBitCast($0, to: Int.self) }) == Self.ignored { return nil }
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler { answer(number) }
        source.resume()
        return source
    }

    /// From now on, interruptions are handled, and a pipe that nobody reads any more is an error like others; so is a
    /// file that becomes shorter while it is mapped.
    static func handle() {
        Foundation.signal(SIGPIPE, SIG_IGN)
        // As is a file that may not grow any more (`ulimit -f`).
        Foundation.signal(SIGXFSZ, SIG_IGN)
        // Swift's runtime would take it for a crash.
        Foundation.signal(SIGQUIT, SIG_DFL)
        // Nothing but system calls is safe here.
        Foundation.signal(SIGBUS) { _ in
            let text: StaticString = """
                Error: a file became shorter while it was read
                Hint: try again once nothing writes to it

                """
            _ = Foundation.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
            _exit(ErrorReport.Code.data)
        }
        _ = sources
    }

    /// Who else is told of signals.
    private static let relay = Mutex<(@Sendable (Int32) -> Void)?>(nil)

    /// Calls `handler` with each signal from now on, before anything else is done about it.
    static func relay(to handler: @escaping @Sendable (Int32) -> Void) { relay.withLock { $0 = handler } }

    /// Runs `body`, which looks at ``isRequested`` and comes to an end where that is true.
    static func awaited<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        isAwaited.store(true, ordering: .sequentiallyConsistent)
        defer { isAwaited.store(false, ordering: .sequentiallyConsistent) }
        return try body()
    }

    /// Whether the work is to end.
    static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

    /// What a program that was asked to end throws when it has tidied up.
    static var error: Interruption { .signal(received.load(ordering: .relaxed)) }

    private static func answer(_ number: Int32) {
        relay.withLock { $0 }?(number)
        let isFirst = received.compareExchange(expected: 0, desired: number, ordering: .sequentiallyConsistent)
            .exchanged
        if isFirst, isAwaited.load(ordering: .sequentiallyConsistent) {
            return StandardError.write("interrupted; keeping the best so far (once more: leave at once)\n")
        }
        AtomicFile.discardUnfinished {
            StandardError.write("Error: interrupted\n")
            _exit(128 + number)
        }
    }
}
