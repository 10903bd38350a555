internal import Files
internal import Foundation
internal import Synchronization

/// Does jobs, some at a time, each in a process of its own: what happens to one happens to no other, and its memory is
/// given back.
final class BatchRun: Sendable {
    /// What became of the jobs.
    struct Tally {
        var done: [String] = []
        /// Those that were done before, or by another process.
        var skipped: [String] = []
        var failed: [(name: String, error: String)] = []
        var interrupted: [String] = []
    }

    private struct State {
        /// Jobs that no one has begun, and those that another process was doing when they were looked at.
        var waiting: ArraySlice<BatchJob>
        var busy: [BatchJob] = []
        var tally = Tally()
        /// Why nothing can go on.
        var failure: (any Error)?
    }

    private let results: ResultsFile
    private let shard: Shard
    private let isForced: Bool
    private let display: BatchDisplay
    private let executable: FilePath
    private let children = ChildProcesses()
    private let fingerprint = Fingerprint()
    private let state: Mutex<State>

    init(_ jobs: [BatchJob], _ results: ResultsFile, _ shard: Shard, force: Bool, _ display: BatchDisplay) {
        (self.results, self.shard, self.display, isForced) = (results, shard, display, force)
        executable = ProgramArguments.program
        state = Mutex(State(waiting: jobs[...]))
    }

    /// Takes down a job that cannot be begun.
    func refuse(_ name: String, row: Int, _ report: ErrorReport) throws {
        var outcome = Outcome(name, row: row, .failed)
        (outcome.error, outcome.hint, outcome.exitCode) = (report.what, report.hint, report.exitCode)
        try close(outcome)
    }

    /// Whether a job was done before.
    func hasDone(_ job: BatchJob) throws -> Bool {
        try !isForced && results.hasDone(job.name, fingerprint.of(job), in: job.folder)
    }

    /// Does the jobs, `count` at a time, until all are done or a signal asks for an end.
    func run(_ count: Int) throws -> Tally {
        Interruption.relay { [children] in children.send($0) }
        let jobs = state.withLock { $0.waiting.count }
        Interruption.awaited {
            let group = DispatchGroup()
            for _ in 0..<min(count, jobs) {
                group.enter()
                Thread.detachNewThread { [self] in
                    work()
                    group.leave()
                }
            }
            group.wait()
        }
        return try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.tally
        }
    }

    // MARK: One worker

    private func work() {
        while let (job, isRetry) = next() {
            do {
                if try attempt(job) { continue }
                state.withLock { $0.busy.append(job) }
                // What another process does takes seconds at least.
                if isRetry { usleep(200_000) }
            } catch {
                state.withLock { $0.failure = $0.failure ?? error }
            }
        }
    }

    /// A job that no one does, as far as is known; after those, ones that another process did, which may leave them undone.
    private func next() -> (job: BatchJob, isRetry: Bool)? {
        state.withLock { state in
            guard !Interruption.isRequested, state.failure == nil else { return nil }
            if let job = state.waiting.popFirst() { return (job, false) }
            return state.busy.isEmpty ? nil : (state.busy.removeFirst(), true)
        }
    }

    /// Does a job, where it was not done before, and takes down what became of it; false where another process does it.
    private func attempt(_ job: BatchJob) throws -> Bool {
        var mark: String?
        do {
            let fingerprint = try fingerprint.of(job)
            mark = fingerprint
            if try skip(job, fingerprint) { return true }
            try job.folder.make()
            // Kept until the outcome is taken down: who has it next looks there.
            let log = try JobLog(in: job.folder)
            try withExtendedLifetime(log) {
                if try !skip(job, fingerprint) { try finish(job, fingerprint, log) }
            }
        } catch FileError.busy {
            return false
        } catch let error as ResultsFile.Failure {
            throw error
        } catch {
            try close(outcome(of: job, mark, failing: ErrorReport(error)))
        }
        return true
    }

    /// Whether a job was done before, and need not be done.
    private func skip(_ job: BatchJob, _ fingerprint: String) throws -> Bool {
        guard !isForced, results.hasDone(job.name, fingerprint, in: job.folder) else { return false }
        state.withLock { $0.tally.skipped.append(job.name) }
        display.ended(job.name, "was done before")
        return true
    }

    private func finish(_ job: BatchJob, _ fingerprint: String, _ log: JobLog) throws {
        // A process that died before it could take it down may have done it.
        if !isForced, let summary = try log.summary(of: fingerprint), summary.isDone,
            job.folder.hasAll(summary.files.map(job.folder.relative))
        {
            return try close(outcome(of: job, fingerprint, .exit(0), summary), summary)
        }
        display.began(job.name)
        // A job goes on where it was interrupted, unless it has become another one.
        if try isForced || log.fingerprint() != fingerprint { job.checkpoint.removeFile() }
        try log.begin(job.name, fingerprint)
        let ending = try run(job, log)
        let summary = try log.summary()
        let outcome = outcome(of: job, fingerprint, ending, summary)
        if outcome.status == .done { job.folder.synchronize(summary?.files ?? []) }
        try close(outcome, summary)
    }

    /// Runs the command; what it writes to stderr stays in the job's folder, if anything.
    private func run(_ job: BatchJob, _ log: JobLog) throws -> ChildProcesses.Ending {
        let errors = job.folder.file(Self.errorsName)
        let file = try LockedFile(errors, .immediate)
        try file.resize(to: 0)
        defer { if (try? file.size) == 0 { errors.removeFile() } }
        return try children.run(executable, job.command, output: log.descriptor, errors: file.descriptor)
    }

    private static let errorsName: FilePath = "errors.txt"

    // MARK: Outcomes

    private func outcome(of job: BatchJob, _ fingerprint: String?, failing report: ErrorReport) -> Outcome {
        var outcome = Outcome(job.name, row: job.row, .failed)
        outcome.fingerprint = fingerprint
        (outcome.error, outcome.hint, outcome.exitCode) = (report.what, report.hint, report.exitCode)
        return outcome
    }

    private func outcome(
        of job: BatchJob, _ fingerprint: String, _ ending: ChildProcesses.Ending, _ summary: CommandSummary?
    ) -> Outcome {
        var outcome = Outcome(job.name, row: job.row, .failed)
        outcome.fingerprint = fingerprint
        outcome.summary = summary?.value
        (outcome.error, outcome.hint, outcome.seconds) = (summary?.error, summary?.hint, summary?.seconds)
        switch ending {
        case .exit(0) where summary?.isDone == true:
            outcome.status = .done
            outcome.files = summary?.files.map { job.folder.relative($0).argument }
        case .exit(let code):
            outcome.exitCode = code
            outcome.status = code > 128 ? .interrupted : summary == nil ? .crashed : .failed
        case .signal(let number):
            outcome.signal = number
            outcome.status = number == SIGINT || number == SIGTERM ? .interrupted : .crashed
        }
        switch outcome.status {
        case .done, .failed: break
        case .interrupted: outcome.error = "interrupted"
        case .crashed:
            let end = outcome.signal.map { "signal \($0) (\(String(cString: strsignal($0))))" } ?? "no word"
            outcome.error = "the command ended with \(end)"
            outcome.hint =
                outcome.signal == SIGKILL
                ? "memory may have been short: give fewer --jobs at a time, or --size"
                : "this should not happen; please report it with \(job.folder.file(Self.errorsName))"
        }
        return outcome
    }

    /// Takes down what became of a job, and shows it.
    private func close(_ outcome: Outcome, _ summary: CommandSummary? = nil) throws {
        var outcome = outcome
        outcome.shard = shard == .whole ? nil : shard.description
        try results.append(outcome)
        let (name, error) = (outcome.job, outcome.error ?? "")
        let isAsked = Interruption.isRequested
        state.withLock { state in
            switch outcome.status {
            case .done: state.tally.done.append(name)
            case .interrupted where isAsked: state.tally.interrupted.append(name)
            case .failed, .crashed, .interrupted: state.tally.failed.append((name, error))
            }
        }
        switch outcome.status {
        case .done:
            let seconds = outcome.seconds.map { String(format: " in %.1f s", $0) } ?? ""
            let warnings = (summary?.warnings ?? []).map { "; warning: \($0)" }.joined()
            display.ended(name, "done\(seconds)\(warnings)")
        case .interrupted: display.ended(name, "interrupted")
        case .failed, .crashed: display.ended(name, "failed: \(error)")
        }
    }
}
