internal import CStartup
internal import Compute
internal import Files
internal import Foundation
internal import Synchronization
internal import Terminal

/// Handling of the signals that ask the program to stop: SIGINT, SIGTERM, SIGHUP, and SIGXCPU, the end of the processor
/// time that is allowed; and of SIGTSTP, the terminal's Ctrl-Z.
///
/// During optimization the first signal ends it, and the best result so far is written. At any other time, and at the
/// second signal, the program exits at once and leaves no partial files. Either way the exit code is 128 plus the
/// signal's number, 130 for Ctrl-C.
///
/// A thread waits for them. Where the system makes no more threads, they end the program in the usual way.
enum Interruption: Error {
    /// The work was cut short by a signal.
    case signal(Int32)

    /// The first signal that was received; 0 for none.
    private static let received = Atomic<Int32>(0)
    /// Whether the running work polls ``isRequested``.
    private static let isAwaited = Atomic<Bool>(false)
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
        #if os(Linux)
            cstartup_report_exhaustion()
        #endif
        listen()
    }

    /// Has a thread wait for the signals, which all others block.
    private static func listen() {
        // Those that are ignored already stay so: SIGHUP under nohup, SIGTSTP in a shell without job control.
        let ignored = unsafeBitCast(SIG_IGN, to: Int.self)  // functions cannot be compared
        let numbers = [SIGINT, SIGTERM, SIGXCPU, SIGHUP, SIGTSTP].filter { number in
            let before = Foundation.signal(number, SIG_DFL).map { unsafeBitCast($0, to: Int.self) }
            guard [SIGHUP, SIGTSTP].contains(number), before == ignored else { return true }
            Foundation.signal(number, SIG_IGN)
            return false
        }
        let signals = Signals(numbers)
        pthread_sigmask(SIG_BLOCK, signals.set, nil)
        let isMade = SystemThread.start {
            while true { answer(signals.next()) }
        }
        if !isMade { pthread_sigmask(SIG_UNBLOCK, signals.set, nil) }
    }

    /// A set of signals to wait for.
    private final class Signals: @unchecked Sendable {
        let set = UnsafeMutablePointer<sigset_t>.allocate(capacity: 1)

        init(_ numbers: [Int32]) {
            sigemptyset(set)
            for number in numbers { sigaddset(set, number) }
        }

        deinit { set.deallocate() }

        func next() -> Int32 {
            var number: Int32 = 0
            while sigwait(set, &number) != 0 {}
            return number
        }
    }

    /// Stops the program, as Ctrl-Z does where it is not handled, with what it has relayed the signal to.
    private static func stop() {
        StandardError.write("")
        relay.withLock { $0 }?(SIGTSTP)
        WorkClock.pause {
            // Unblocked in this thread alone, so that it is this one that is stopped first.
            let signals = Signals([SIGTSTP])
            pthread_sigmask(SIG_UNBLOCK, signals.set, nil)
            kill(getpid(), SIGTSTP)
            pthread_sigmask(SIG_BLOCK, signals.set, nil)
        }
        relay.withLock { $0 }?(SIGCONT)
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
        if number == SIGTSTP { return stop() }
        // The system repeats this one every second.
        if number == SIGXCPU, isRequested { return }
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
