internal import Dispatch
internal import Foundation
internal import Imaging

/// What happens when the user or the system asks the program to stop: it leaves nothing half-written, says so and exits
/// with 128 plus the signal's number, 130 for Ctrl-C.
enum Interruption {
    // Made once, kept for good and never looked at again.
    private nonisolated(unsafe) static let sources = [SIGINT, SIGTERM].map { number in
        // The default action would end the program before the source hears of it.
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
        source.setEventHandler {
            AtomicFile.discardUnfinished()
            StandardError.write((StandardError.isTerminal ? "\n" : "") + "Error: interrupted\n")
            _exit(128 + number)
        }
        source.resume()
        return source
    }

    /// From now on, interruptions are handled.
    static func handle() { _ = sources }
}
