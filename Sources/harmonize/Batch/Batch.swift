internal import ArgumentParser
internal import Compute
internal import Files
internal import Foundation
internal import Imaging
internal import Terminal

/// Many jobs from a file: `harmonize batch …`.
struct Batch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Do the jobs in a file, each in a process of its own.",
        usage: "harmonize batch JOBS [--output DIR] [--jobs N] [--shard I/N] [OPTION ...]",
        discussion: """
            JOBS is CSV, its first line names of options without the dashes; or JSON, an array of objects. Relative \
            paths in it start at its folder. Options on the command line are for all jobs; what a job's row says \
            counts more.

              painting,object,at,name
              starry-night.jpg,cup.png,"420,330",cup-at-night

            Results go to a folder for each job in --output, outcomes to results.jsonl there. Failed jobs stop no \
            others, and what is done is not done again when the same command is run once more.
            """)

    @Argument(
        help: ArgumentHelp("The file of jobs: CSV or JSON.", valueName: "jobs"),
        completion: .file(extensions: ["csv", "json", "jsonl"]))
    var file: FilePath
    @Option(
        name: .customLong("jobs"), parsing: .unconditional,
        help: ArgumentHelp("How many jobs at a time, sharing the cores.", valueName: "n"))
    var count = 1
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Do the rows of part I of N: row I, then each Nth. Default: from a Slurm array's SLURM_ARRAY_TASK_ID and \
            SLURM_ARRAY_TASK_COUNT, or 1/1, all rows.
            """, valueName: "i/n"))
    var shard: Shard?
    @Flag(help: "Do what is done once more.") var force = false

    @OptionGroup(title: "Pictures") var pictures: PictureOptions
    @OptionGroup(title: "Cutting out") var cutting: CutOptions
    @OptionGroup(title: "Method") var method: MethodOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup var configurationFiles: ConfigurationOptions

    func validate() throws {
        guard count >= 1 else { throw ValidationError("--jobs starts at 1, got \(count)") }
        guard output.output != "-" else { throw ValidationError("--output needs the name of a folder") }
    }

    func run() throws {
        let start = WorkClock.now
        let file = try JobsFile(reading: file, options: Harmonize.longOptions)
        let shard = try shard ?? Shard(slurm: ProcessInfo.processInfo.environment) ?? .whole
        let jobs = BatchJobs(
            common: try Self.commonOptions(ProgramArguments.all), configurationFiles,
            output: output.output, source: file.folder, threads: threads)
        let rows = try jobs.planned(file.rows).filter { shard.contains(row: $0.row.number) }
        Warnings().add(BatchJobs.portability(rows.lazy.map(\.name)))
        let display = BatchDisplay(rows.count, quiet: output.quiet)
        let run = BatchRun(rows, of: jobs, ResultsFile(in: output.output), shard, force: force, display)
        if output.dryRun { return try plan(rows, jobs, run) }
        try output.files.makeFolder()
        defer { display.close() }
        let tally = try run.run(count)
        display.close()
        try report(tally, of: rows.count, seconds: (WorkClock.now - start) / .seconds(1))
    }

    /// The threads of each job: an equal share of Slurm's CPUs for this task, or of the machine's; nil for the
    /// command's default.
    private var threads: Int? {
        let given = ProcessInfo.processInfo.environment["SLURM_CPUS_PER_TASK"].flatMap { Int($0) }.flatMap {
            $0 > 0 ? $0 : nil
        }
        if count == 1 { return given }
        return max(1, (given ?? Parallel.cores) / count)
    }

    /// Prints which jobs would run.
    private func plan(_ rows: [BatchRow], _ jobs: BatchJobs, _ run: BatchRun) throws {
        var done: [String] = [], open: [String] = [], bad: [BatchSummary.Failure] = []
        for row in rows {
            let line: String
            do {
                let job = try jobs.job(row)
                if try run.hasDone(job) {
                    done.append(row.name)
                    line = "done   \(row.name)"
                } else {
                    open.append(row.name)
                    line = "to do  \(row.name)"
                }
            } catch {
                let what = ErrorReport(error).what
                bad.append(.init(job: row.name, error: what))
                line = "fails  \(row.name)  \(what)"
            }
            if !output.json { try StandardOutput.write(line: line.escapingControls) }
        }
        guard output.json else { return }
        var summary = BatchSummary(.planned, jobs: rows.count)
        (summary.planned, summary.skipped, summary.failed) = (open, done.count, bad)
        try JSONLine.print(summary)
    }

    /// Prints the outcomes; throws where a job failed or was interrupted.
    private func report(_ tally: BatchRun.Tally, of count: Int, seconds: Double) throws {
        let status: JobSummary.Status =
            Interruption.isRequested ? .interrupted : tally.failed.isEmpty ? .done : .failed
        if output.json {
            var summary = BatchSummary(status, jobs: count)
            (summary.done, summary.skipped) = (tally.done.count, tally.skipped.count)
            summary.failed = tally.failed.map { .init(job: $0.name, error: $0.error) }
            (summary.interrupted, summary.seconds) = (tally.interrupted, seconds)
            summary.results = ResultsFile(in: output.output).path.argument
            try JSONLine.print(summary)
        }
        if !output.quiet {
            let parts = [
                (tally.done.count, "done"), (tally.skipped.count, "done before"), (tally.failed.count, "failed"),
                (tally.interrupted.count, "interrupted"),
            ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
            StandardError.write(
                "\(parts.isEmpty ? "nothing to do" : parts.joined(separator: ", ")), "
                    + "in \(String(format: "%.1f", seconds)) s\n"
            )
        }
        for job in tally.failed {
            StandardError.write("  \(job.name.escapingControls): \(job.error.escapingControls)\n")
        }
        if Interruption.isRequested { throw Interruption.error }
        guard tally.failed.isEmpty else {
            throw JobsFailed(count: tally.failed.count, jobs: count, results: ResultsFile(in: output.output).path)
        }
    }
}

extension Batch {
    /// The options in `arguments` (without the program's name) that apply to all jobs. The parser knows their values,
    /// but not which were given.
    static func commonOptions(_ arguments: some Sequence<String>) throws -> [OptionValue] {
        let own: Set = ["output", "jobs", "shard", "config"]
        let ownFlags: Set = ["force", "no-config", "dry-run", "json", "quiet", "no-quiet"]
        let options = Harmonize.longOptions, origin = "the command line"
        var values: [OptionValue] = []
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst(), argument != "--" {
            guard argument.hasPrefix("--") else { continue }
            let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0]), inline = parts.count > 1 ? String(parts[1]) : nil
            if ownFlags.contains(name) { continue }
            let isFlag = try !own.contains(name) && options.isFlag(name, origin: origin)
            let value = inline ?? (isFlag ? "true" : rest.popFirst())
            if let value, !own.contains(name) { values.append(OptionValue(name: name, value: value, origin: origin)) }
        }
        return values
    }
}

/// Some jobs failed.
struct JobsFailed: Reportable {
    let count, jobs: Int
    let results: FilePath

    var report: ErrorReport {
        ErrorReport(
            "\(count) of \(jobs) jobs failed",
            hint: "the same command does them once more; \(results) has the details", .unfinished)
    }
}

/// The summary of a batch, done or planned, that `harmonize batch --json` prints on stdout as one line.
struct BatchSummary: Encodable {
    struct Failure: Encodable {
        let job, error: String
    }

    let status: JobSummary.Status
    /// The number of jobs in the shard.
    let jobs: Int
    /// The numbers of jobs that were completed now, and before.
    var done = 0, skipped = 0
    /// The jobs that would run; planned only.
    var planned: [String]?
    var failed: [Failure] = []
    var interrupted: [String] = []
    var results: String?
    var seconds: Double?

    init(_ status: JobSummary.Status, jobs: Int) { (self.status, self.jobs) = (status, jobs) }
}
