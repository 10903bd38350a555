internal import Dispatch
internal import Files
internal import Foundation
internal import Synchronization

/// This program in a child process, so that each measurement has its memory and threads to itself.
enum Child {
    /// Whether this program was asked to stop while a child ran.
    static let interrupted = Atomic<Bool>(false)

    /// Runs a subcommand and returns the figures that it prints; stderr is inherited.
    static func run<Figures: Decodable>(_ arguments: [String]) throws -> Figures {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: FilePath.executable.string)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        // A child is in a process group of its own, where Ctrl-C does not reach it.
        let stops = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                interrupted.store(true, ordering: .relaxed)
                process.terminate()
            }
            source.resume()
            return source
        }
        defer {
            for stop in stops { stop.cancel() }
            // A child would inherit ignored signals.
            for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        }
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw Failure(
                command: arguments[0], killed: process.terminationReason == .uncaughtSignal,
                status: process.terminationStatus)
        }
        return try JSON.decode(printed)
    }

    /// A child process that failed.
    struct Failure: Error, CustomStringConvertible {
        let command: String
        /// Whether `status` is a signal's number rather than an exit code.
        let killed: Bool
        let status: Int32

        var description: String { "\(command): \(killed ? "killed by signal" : "exit code") \(status)" }
    }
}
