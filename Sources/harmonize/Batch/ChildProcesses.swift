internal import Files
internal import Foundation
internal import Processes
internal import Synchronization

/// Child processes, to each of which a received signal is forwarded once; those that stop and continue, each time.
final class ChildProcesses: Sendable {
    private struct State {
        var running: Set<pid_t> = []
        var received: Int32?
    }

    private let state = Mutex(State())

    /// Forwards a signal to all running children.
    func send(_ signal: Int32) {
        state.withLock { state in
            if signal == SIGTSTP || signal == SIGCONT {
                for process in state.running { kill(process, signal) }
                return
            }
            // A pending signal would absorb a second one of the same number.
            let next = state.received == signal ? (signal == SIGTERM ? SIGINT : SIGTERM) : signal
            state.received = next
            for process in state.running { kill(process, next) }
        }
    }

    /// Runs a program with an empty stdin and waits until it ends.
    func run(
        _ path: FilePath, _ arguments: [String], output: FileDescriptor, errors: FileDescriptor
    ) throws -> ChildProcess.StopReason {
        let process = try state.withLock { state in
            let process = try ChildProcess.spawn(path, arguments, output: output, errors: errors)
            state.running.insert(process)
            // A signal that arrived before the process was started.
            if let received = state.received { kill(process, received) }
            return process
        }
        ChildProcess.wait(for: process)
        // Reaped under the lock, so that no signal reaches a reused id.
        return state.withLock { state in
            state.running.remove(process)
            return ChildProcess.reap(process)
        }
    }
}

extension ChildProcess.Failure: Reportable {
    var report: ErrorReport {
        ErrorReport(
            "cannot start \(path): \(reason)",
            hint: "too many processes or too little memory? give fewer --jobs at a time", .resource)
    }
}
