import Foundation

extension Process {
    /// Waits until there is a file at `path`, or the process has ended.
    func awaitFile(_ path: String) {
        while isRunning, !FileManager.default.fileExists(atPath: path) { usleep(1000) }
    }

    /// Sends SIGINT and SIGTERM while the process stands still, so that it has both before it answers either. Which one
    /// it answers first is up to the system.
    func interruptTwice() {
        for signal in [SIGSTOP, SIGINT, SIGTERM, SIGCONT] { kill(processIdentifier, signal) }
    }

    #if os(Linux)
        /// The processes that it has started and that have not ended.
        var children: [pid_t] {
            let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
            return all.filter { id in
                let words = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8))?.split(separator: " ")
                return words.map { $0.count > 3 && $0[3] == "\(processIdentifier)" } ?? false
            }
        }
    #endif
}
