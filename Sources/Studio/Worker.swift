internal import Files
internal import Foundation
internal import Processes
internal import Synchronization

/// A run of this program in a process of its own, which may be stopped at any time.
final class Worker: Sendable {
    /// How a run ended.
    struct Outcome: Sendable {
        let end: ChildProcess.StopReason
        /// What it printed: one JSON object, of a failure too.
        let output: Data
        /// Whether it was stopped from here.
        let isStopped: Bool

        var isDone: Bool { if case .exit(0) = end { true } else { false } }

        /// The printed summary.
        func summary<Value: Decodable>(_ type: Value.Type = Value.self) -> Value? {
            try? JSONDecoder().decode(type, from: output)
        }
    }

    private struct State {
        var process: pid_t?
        var stop: Int32?
    }

    private let state = Mutex(State())
    private let executable: FilePath
    private let arguments: [String]
    private let memory: Int?

    /// - Parameter memory: the bytes that the process may have; nil for any number.
    init(_ executable: FilePath, _ arguments: [String], memory: Int?) {
        (self.executable, self.arguments, self.memory) = (executable, arguments, memory)
    }

    /// Sends a signal to the process, or keeps it from starting.
    func stop(_ signal: Int32) {
        state.withLock { state in
            state.stop = signal
            if let process = state.process { kill(process, signal) }
        }
    }

    /// Runs the process to its end; `heard` gets the lines it writes to stderr.
    func run(heard: @escaping @Sendable (String) -> Void = { _ in }) async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            // A thread of its own, as it blocks.
            Thread.detachNewThread { [self] in continuation.resume(with: Result { try perform(heard) }) }
        }
    }

    private func perform(_ heard: @escaping @Sendable (String) -> Void) throws -> Outcome {
        let output = try FileDescriptor.closingPipe(), errors = try FileDescriptor.closingPipe()
        var isOpen = true
        func closeEnds() {
            guard isOpen else { return }
            isOpen = false
            try? output.writeEnd.close()
            try? errors.writeEnd.close()
        }
        defer {
            closeEnds()
            try? output.readEnd.close()
            try? errors.readEnd.close()
        }
        let started: pid_t? = try state.withLock { state in
            guard state.stop == nil else { return nil }
            let process = try ChildProcess.spawn(
                executable, arguments, output: output.writeEnd, errors: errors.writeEnd)
            limit(process)
            state.process = process
            return process
        }
        guard let process = started else { return Outcome(end: .signal(SIGKILL), output: Data(), isStopped: true) }
        closeEnds()

        let errorEnd = errors.readEnd, done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            var line: [UInt8] = []
            Self.read(errorEnd) { bytes in
                for byte in bytes {
                    if byte == UInt8(ascii: "\n") {
                        heard(String(decoding: line, as: UTF8.self))
                        line.removeAll(keepingCapacity: true)
                    } else if line.count < 4096 {
                        line.append(byte)
                    }
                }
            }
            done.signal()
        }
        var printed = Data()
        Self.read(output.readEnd) { if printed.count < 1 << 22 { printed += $0 } }
        ChildProcess.wait(for: process)
        done.wait()
        // Reaped under the lock, so that no signal reaches a reused id.
        return state.withLock { state in
            state.process = nil
            return Outcome(end: ChildProcess.reap(process), output: printed, isStopped: state.stop != nil)
        }
    }

    /// Limits the process's memory; where memory ends, it is to end before anything else on this machine.
    private func limit(_ process: pid_t) {
        #if os(Linux)
            if let memory { ChildProcess.limitMemory(of: process, to: memory) }
            if let file = try? FileDescriptor.open(
                FilePath("/proc/\(process)/oom_score_adj"), .writeOnly, options: .closeOnExec)
            {
                _ = try? file.closeAfter { try file.writeAll("500".utf8) }
            }
        #endif
    }

    private static func read(_ file: FileDescriptor, _ take: (ArraySlice<UInt8>) -> Void) {
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while let count = try? chunk.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
            take(chunk[..<count])
        }
    }
}

extension FileDescriptor {
    /// A pipe whose ends other processes do not inherit.
    fileprivate static func closingPipe() throws -> (readEnd: FileDescriptor, writeEnd: FileDescriptor) {
        let ends = try pipe()
        for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
        return ends
    }
}

/// What a process prints at its end.
struct StepSummary: Decodable, Sendable {
    struct Warning: Decodable { let warning, hint: String }
    struct Settings: Decodable { let styleLevel: Double? }

    let status: String
    let error, hint: String?
    let size, bounds: [Int]?
    let sides: [[Int]]?
    let hasShape: Bool?
    let warnings: [Warning]?
    let settings: Settings?
    let files: [String: String]?
    let seconds: Double?
}

extension Worker.Outcome {
    /// Why there is no result, in words for the page.
    var failure: StudioState.Notice {
        if let summary: StepSummary = summary(), let error = summary.error {
            return .init(text: error.withoutNames, hint: summary.hint?.withoutNames)
        }
        switch end {
        case .exit(let code):
            return .init(text: "The work ended without a result (exit code \(code)).", hint: "Try it again.")
        case .signal(let number):
            let hint =
                [SIGKILL, SIGSEGV, SIGTRAP, SIGABRT].contains(number)
                ? "Memory may have been short: close other programs, or use smaller pictures." : "Try it again."
            let name = String(cString: strsignal(number))
            return .init(text: "The work was ended from outside (\(name)).", hint: hint)
        }
    }
}

extension String {
    /// A message as a sentence, without the names of files in the private folder.
    var withoutNames: String {
        let text = replacing(/[^ ]*harmonize-studio-[^ ]*/, with: "the picture")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
