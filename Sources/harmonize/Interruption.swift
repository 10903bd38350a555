internal import Dispatch
internal import Files
internal import Foundation
internal import Synchronization
internal import Terminal

/// Handling of the signals that ask the program to stop: SIGINT, SIGTERM and SIGHUP.
///
/// During optimization the first signal ends it, and the best result so far is written. At any other time, and at the
/// second signal, the program exits at once and leaves no partial files. Either way the exit code is 128 plus the
/// signal's number, 130 for Ctrl-C.
enum Interruption: Error {
    /// The work was cut short by a signal.
    case signal(Int32)

    /// The first signal that was received; 0 for none.
    private static let received = Atomic<Int32>(0)
    /// Whether the running work polls ``isRequested``.
    private static let isAwaited = Atomic<Bool>(false)

    /// SIG_IGN as a number: functions cannot be compared.
    private static let ignored = unsafeBitCast(SIG_IGN, to: Int.self)
    /// Serial: one signal is handled at a time.
    private static let queue = DispatchQueue(label: "interruption", qos: .userInteractive)

    // Initialised once, only to be kept alive.
    private nonisolated(unsafe) static let sources = [SIGINT, SIGTERM, SIGHUP].compactMap {
        number -> (any DispatchSourceSignal)? in
        // The default action would end the program before the source receives the signal. SIGHUP stays ignored where it
        // is already, as under nohup.
        let before = Foundation.signal(number, SIG_IGN)
        if number == SIGHUP, before.map({ unsafeBitCast($0, to: Int.self) }) == Self.ignored { return nil }
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler { answer(number) }
        source.resume()
        return source
    }

    /// Installs the signal handlers. Writing to a broken pipe becomes an ordinary error; a file that is truncated while
    /// it is mapped ends the program with a message.
    static func handle() {
        Foundation.signal(SIGPIPE, SIG_IGN)
        // Exceeding the file size limit (`ulimit -f`) becomes an ordinary error too.
        Foundation.signal(SIGXFSZ, SIG_IGN)
        // Swift's runtime would report a crash.
        Foundation.signal(SIGQUIT, SIG_DFL)
        // Only async-signal-safe functions may be called here.
        Foundation.signal(SIGBUS) { _ in
            let text: StaticString = """
                Error: a file became shorter while it was read
                Hint: try again once nothing writes to it

                """
            _ = Foundation.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
            _exit(ErrorReport.Code.data.rawValue)
        }
        _ = sources
    }

    /// An additional handler, which receives every signal.
    private static let relay = Mutex<(@Sendable (Int32) -> Void)?>(nil)

    /// Calls `handler` with each further signal, before it is handled otherwise.
    static func relay(to handler: @escaping @Sendable (Int32) -> Void) { relay.withLock { $0 = handler } }

    /// Runs `body`, which polls ``isRequested`` and returns soon after it becomes true.
    static func awaited<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        isAwaited.store(true, ordering: .sequentiallyConsistent)
        defer { isAwaited.store(false, ordering: .sequentiallyConsistent) }
        return try body()
    }

    /// Whether a signal has been received, so that the work should end.
    static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

    /// The error to throw after a signal, once the results are written.
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

extension Interruption: Reportable {
    var report: ErrorReport {
        switch self {
        case .signal(let number): ErrorReport(interruptedBy: number)
        }
    }
}
