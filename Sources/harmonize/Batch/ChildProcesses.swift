internal import CStartup
internal import Files
internal import Foundation
internal import Synchronization

/// Child processes, to each of which a received signal is forwarded once.
///
/// Each has its own process group, so that a terminal's Ctrl-C reaches it only through this process: a second one would
/// mean to exit at once. Children of Foundation's `Process` would inherit the signals ignored here, and an interruption
/// before they install their handlers would be lost.
final class ChildProcesses: Sendable {
    /// How a process ended.
    enum StopReason {
        case exit(Int32)
        case signal(Int32)
    }

    /// A process that could not be started.
    struct Failure: Reportable {
        let path: FilePath
        let reason: String

        var report: ErrorReport {
            ErrorReport(
                "cannot start \(path): \(reason)",
                hint: "too many processes or too little memory? give fewer --jobs at a time", .resource)
        }
    }

    private struct State {
        var running: Set<pid_t> = []
        var received: Int32?
    }

    private let state = Mutex(State())

    /// Forwards a signal to all running children.
    func send(_ signal: Int32) {
        state.withLock { state in
            // A pending signal would absorb a second one of the same number.
            let next = state.received == signal ? (signal == SIGTERM ? SIGINT : SIGTERM) : signal
            state.received = next
            for process in state.running { kill(process, next) }
        }
    }

    /// Runs a program with an empty stdin and waits until it ends.
    func run(
        _ path: FilePath, _ arguments: [String], output: FileDescriptor, errors: FileDescriptor
    ) throws -> StopReason {
        let process = try state.withLock { state in
            let process = try Self.spawn(path, arguments, output: output, errors: errors)
            state.running.insert(process)
            // A signal that arrived before the process was started.
            if let received = state.received { kill(process, received) }
            return process
        }
        // WNOWAIT keeps the process id reserved; the process is reaped under the lock, so that no signal reaches a
        // reused id.
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        var status: Int32 = 0
        state.withLock { state in
            state.running.remove(process)
            while waitpid(process, &status, 0) < 0, errno == EINTR {}
        }
        let signal = status & 0x7f
        return signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal)
    }

    private static func spawn(
        _ path: FilePath, _ arguments: [String], output: FileDescriptor, errors: FileDescriptor
    ) throws -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.rawValue, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.rawValue, STDERR_FILENO)
        var ignoredHere = sigset_t(), blocked = sigset_t()
        sigemptyset(&ignoredHere)
        sigemptyset(&blocked)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&ignoredHere, signal) }
        posix_spawnattr_setsigdefault(&attributes, &ignoredHere)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var words = ([path.argument] + arguments).map { word in
            let bytes = word.bytesWithEscapes
            return strndup(bytes.map(CChar.init(bitPattern:)), bytes.count)
        }
        words.append(nil)
        defer { for word in words { free(word) } }
        var process: pid_t = 0
        let code = path.withPlatformString {
            posix_spawn(&process, $0, &actions, &attributes, &words, cstartup_environment())
        }
        guard code == 0 else { throw Failure(path: path, reason: "\(Errno(rawValue: code))") }
        return process
    }
}
