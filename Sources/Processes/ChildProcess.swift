internal import CStartup
package import Files
internal import Foundation

/// A program that runs in a process of its own, with an empty stdin.
///
/// It has its own process group, so that a terminal's Ctrl-C reaches it only through this process: a second one would
/// mean to exit at once. Children of Foundation's `Process` would inherit the signals ignored here, and an interruption
/// before they install their handlers would be lost.
package enum ChildProcess {
    /// How a process ended.
    package enum StopReason: Sendable {
        case exit(Int32)
        case signal(Int32)
    }

    /// A process that could not be started.
    package struct Failure: Error {
        package let path: FilePath
        package let reason: String
    }

    /// Starts the program and returns its process id, which ``reap(_:)`` must be given in the end.
    package static func spawn(
        _ path: FilePath, _ arguments: [String], output: FileDescriptor, errors: FileDescriptor
    ) throws(Failure) -> Int32 {
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
        #if os(Linux)
            // Not every library's descriptors close by themselves.
            cstartup_close_from(&actions, STDERR_FILENO + 1)
        #endif
        var ignoredHere = sigset_t(), blocked = sigset_t()
        sigemptyset(&ignoredHere)
        sigemptyset(&blocked)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ] { sigaddset(&ignoredHere, signal) }
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

    /// Limits the memory that a process may have for data, in bytes, where the system can do that.
    package static func limitMemory(of process: Int32, to bytes: Int) {
        #if os(Linux)
            cstartup_limit_memory(process, UInt64(bytes))
        #endif
    }

    /// Lets this process, and those it starts, have more files open, where the system allows it.
    package static func raiseFileLimit(to count: Int) {
        #if os(Linux)
            cstartup_raise_file_limit(UInt64(count))
        #endif
    }

    /// Waits until the process ends. Its id stays reserved until it is reaped.
    package static func wait(for process: Int32) {
        var information = siginfo_t()
        while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    }

    /// Frees the id of a process that has ended. No signal may be sent to it from then on: the id may be reused.
    package static func reap(_ process: Int32) -> StopReason {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal)
    }
}
