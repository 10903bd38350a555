internal import Compute
internal import Files
internal import Foundation
internal import Processes
internal import Synchronization

/// Runs jobs, several at a time, each in its own process: a crash affects no other job, and all memory is released.
final class BatchRun: Sendable {
    /// The jobs by outcome.
    struct Tally {
        var done: [String] = []
        /// Jobs that were completed before, or by another process.
        var skipped: [String] = []
        var failed: [(name: String, error: String)] = []
        var interrupted: [String] = []
    }

    private struct State {
        /// Rows that have not been tried, and jobs that were locked by another process when tried.
        var waiting: ArraySlice<BatchRow>
        var busy: [BatchJob] = []
        var tally = Tally()
        /// The error that stops the batch.
        var failure: (any Error)?
    }

    private let jobs: BatchJobs
    private let results: ResultsFile
    private let shard: Shard
    private let isForced: Bool
    private let display: BatchDisplay
    private let executable: FilePath
    private let children = ChildProcesses()
    private let fingerprint = Fingerprint()
    private let state: Mutex<State>

    /// A run of the jobs that `jobs` makes of `rows`, each when its turn comes.
    init(
        _ rows: [BatchRow], of jobs: BatchJobs, _ results: ResultsFile, _ shard: Shard, force: Bool,
        _ display: BatchDisplay
    ) {
        self.jobs = jobs
        (self.results, self.shard, self.display, isForced) = (results, shard, display, force)
        executable = FilePath.executable
        state = Mutex(State(waiting: rows[...]))
    }

    /// Records a job that cannot start as failed.
    private func refuse(_ row: BatchRow, _ report: ErrorReport) throws {
        var outcome = Outcome(row.name, row: row.row.number, .failed)
        (outcome.error, outcome.hint, outcome.exitCode) = (report.what, report.hint, report.exitCode)
        try close(outcome)
    }

    /// Whether a job was completed before; false with `--force`.
    func hasDone(_ job: BatchJob) throws -> Bool {
        try !isForced && results.hasDone(job, fingerprint.of(job))
    }

    /// Runs the jobs, `count` at a time, until all have ended or a signal arrives.
    func run(_ count: Int) throws -> Tally {
        Interruption.relay { [children] in children.send($0) }
        let rows = state.withLock { $0.waiting.count }
        Interruption.awaited {
            // This thread takes part. Where the system makes no more of them, fewer jobs run at a time.
            let group = DispatchGroup()
            for _ in 1..<max(1, min(count, rows)) {
                group.enter()
                let isMade = SystemThread.start { [self] in
                    work()
                    group.leave()
                }
                if !isMade { group.leave() }
            }
            work()
            group.wait()
        }
        return try state.withLock { state in
            if let failure = state.failure { throw failure }
            return state.tally
        }
    }

    // MARK: One worker

    private enum Task {
        case row(BatchRow)
        /// A job that another process had locked and may have left incomplete.
        case retry(BatchJob)
    }

    private func work() {
        while let task = next() {
            do {
                try perform(task)
            } catch {
                state.withLock { $0.failure = $0.failure ?? error }
            }
        }
    }

    private func perform(_ task: Task) throws {
        let job: BatchJob
        switch task {
        case .retry(let known): job = known
        case .row(let row):
            do { job = try jobs.job(row) } catch { return try refuse(row, ErrorReport(error)) }
        }
        if try attempt(job) { return }
        state.withLock { $0.busy.append(job) }
        // A job in another process takes seconds at least.
        if case .retry = task { usleep(200_000) }
    }

    /// The next row; after those, a job to try again.
    private func next() -> Task? {
        state.withLock { state in
            guard !Interruption.isRequested, state.failure == nil else { return nil }
            if let row = state.waiting.popFirst() { return .row(row) }
            return state.busy.isEmpty ? nil : .retry(state.busy.removeFirst())
        }
    }

    /// Runs a job, unless it was completed before, and records its outcome; false where another process has locked it.
    private func attempt(_ job: BatchJob) throws -> Bool {
        var mark: String?
        do {
            let fingerprint = try fingerprint.of(job)
            mark = fingerprint
            if try skip(job, fingerprint) { return true }
            try job.folder.makeFolder()
            // Locked until the outcome is recorded: the next owner of the lock reads it there.
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

    /// Records a job as skipped if it was completed before; false where it has to run.
    private func skip(_ job: BatchJob, _ fingerprint: String) throws -> Bool {
        guard !isForced, results.hasDone(job, fingerprint) else { return false }
        state.withLock { $0.tally.skipped.append(job.name) }
        display.ended(job.name, "was done before")
        return true
    }

    private func finish(_ job: BatchJob, _ fingerprint: String, _ log: JobLog) throws {
        // A batch that was killed may have completed the job without recording it.
        if !isForced, let summary = try log.summary(of: fingerprint), summary.isDone,
            job.hasAll(summary.files.map { $0.relative(to: job.folder) })
        {
            return try close(outcome(of: job, fingerprint, .exit(0), summary), summary)
        }
        display.began(job.name)
        // An interrupted job resumes from its checkpoint, unless its options or input files have changed.
        if try isForced || log.fingerprint() != fingerprint { job.checkpoint.removeFile() }
        try log.begin(job.name, fingerprint)
        let ending = try run(job, log)
        let summary = try log.summary()
        let outcome = outcome(of: job, fingerprint, ending, summary)
        if outcome.status == .done { job.synchronize(summary?.files ?? []) }
        try close(outcome, summary)
    }

    /// Runs the command, with its stderr in a file in the job's folder, which is deleted if empty.
    private func run(_ job: BatchJob, _ log: JobLog) throws -> ChildProcess.StopReason {
        let errors = job.folder.appending(Self.errorsName)
        let file = try LockedFile(errors, .immediate)
        try file.resize(to: 0)
        defer { if (try? file.size) == 0 { errors.removeFile() } }
        return try children.run(executable, job.command, output: log.descriptor, errors: file.descriptor)
    }

    private static let errorsName = "errors.txt"

    // MARK: Outcomes

    private func outcome(of job: BatchJob, _ fingerprint: String?, failing report: ErrorReport) -> Outcome {
        var outcome = Outcome(job.name, row: job.row, .failed)
        outcome.fingerprint = fingerprint
        (outcome.error, outcome.hint, outcome.exitCode) = (report.what, report.hint, report.exitCode)
        return outcome
    }

    private func outcome(
        of job: BatchJob, _ fingerprint: String, _ ending: ChildProcess.StopReason, _ summary: PrintedSummary?
    ) -> Outcome {
        var outcome = Outcome(job.name, row: job.row, .failed)
        outcome.fingerprint = fingerprint
        outcome.summary = summary?.value
        (outcome.error, outcome.hint, outcome.seconds) = (summary?.error, summary?.hint, summary?.seconds)
        switch ending {
        case .exit(0) where summary?.isDone == true:
            outcome.status = .done
            outcome.files = summary?.files.map { $0.relative(to: job.folder).argument }
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
                : "this should not happen; please report it with \(job.folder.appending(Self.errorsName))"
        }
        return outcome
    }

    /// Records and displays the outcome of a job.
    private func close(_ outcome: Outcome, _ summary: PrintedSummary? = nil) throws {
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
