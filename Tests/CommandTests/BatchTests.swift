import Foundation
import Imaging
import TestSupport
import Testing

/// Many jobs from a file.
@Suite struct BatchTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for (fixture, name) in [(Fixture.painting, "p.png"), (Fixture.cupWithAlpha, "cup.png")] {
            try FileManager.default.copyItem(atPath: fixture, toPath: folder.path(name))
        }
    }

    /// A line of `results.jsonl`.
    private struct Line: Decodable {
        let job: String, row: Int, status: String
        let error, shard, fingerprint: String?
        let exitCode, signal: Int32?
        let files: [String]?
        let summary: Summary?

        struct Summary: Decodable {
            let settings: Settings?
            let passes: [Pass]?
            let resumedAfter: Int?
        }
        struct Settings: Decodable {
            let polish, keepColors: Bool
            let at: [Int]?
            let iterations: [Int]
        }
        struct Pass: Decodable {
            let reduction: Int
        }
    }

    private func lines() throws -> [Line] {
        try folder.text("out/results.jsonl").split(separator: "\n").map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
    }

    /// The names of the jobs that are recorded as done, as often as they are.
    private func done() throws -> [String] { try lines().filter { $0.status == "done" }.map(\.job).sorted() }

    /// Jobs that take as little as a job can: `rows` under the columns.
    private func write(_ columns: String = "name,iterations", _ rows: String..., to name: String = "jobs.csv") throws {
        try folder.write((columns + "\n" + rows.joined(separator: "\n") + "\n").utf8, to: name)
    }

    private let small = ["--size", "60", "--no-polish", "--painting", "p.png", "--object", "cup.png"]

    private func batch(
        _ arguments: String..., file: String = "jobs.csv", environment: [String: String] = [:],
        interruption: ((Process) -> Void)? = nil
    ) throws -> Command.Outcome {
        try Command.run(
            ["batch", file, "--output", "out"] + small + arguments, in: folder, environment: environment,
            interruption: interruption)
    }

    // MARK: Jobs

    @Test func `a failure stops no other job, and is listed`() throws {
        try write("name,object,at", "one,,", "two,missing.png,", "three,,x", "four,,\"5000,0\"", "five,,\"10,-5\"")
        let outcome = try batch("--iterations", "0")
        #expect(outcome.exitCode == 1)
        let lines = try lines().sorted { $0.row < $1.row }
        #expect(lines.map(\.job) == ["one", "two", "three", "four", "five"])
        #expect(lines.map(\.status) == ["done", "failed", "failed", "failed", "done"])
        #expect(lines.map(\.exitCode) == [nil, 66, 65, 64, nil])
        #expect(lines.map(\.row) == [1, 2, 3, 4, 5])
        #expect(lines[0].files == ["stage1.png", "stage2.png"])
        #expect(lines[4].summary?.settings?.at == [10, -5])
        for name in ["one", "five"] {
            #expect(try folder.image("out/\(name)/stage2.png").size == Size(width: 240, height: 190))
        }
        let errors = outcome.errors
        #expect(errors.contains("\n2 done, 3 failed, in "))
        #expect(errors.contains("\n  two: missing.png does not exist\n"))
        #expect(errors.contains("\n  three: jobs.csv:4: The value 'x' is invalid for '--at <x,y>'\n"))
        #expect(errors.contains("\n  four: the object, 110×100 at 5000,0, lies outside the painting, 240×190\n"))
        #expect(
            outcome.errorLines.suffix(2) == [
                "Error: 3 of 5 jobs failed",
                "Hint: the same command does them once more; out/results.jsonl has the details",
            ])
    }

    @Test func `a job's own options count more than those for all, flags too`() throws {
        try write("iterations,polish,keep-colors", ",yes,", "2,,TRUE", "\"1,3\",no,0")
        #expect(try batch("--iterations", "0", "--quiet", "--keep-colors").errors == "")
        let settings = try lines().sorted { $0.row < $1.row }.compactMap(\.summary?.settings)
        #expect(settings.map(\.iterations) == [[0, 0], [2, 2], [1, 3]])
        #expect(settings.map(\.polish) == [true, false, false])
        #expect(settings.map(\.keepColors) == [true, true, false])
        #expect(try lines().allSatisfy { $0.summary?.passes?.first?.reduction == 4 })
    }

    @Test(
        "JSON says the same",
        arguments: [
            #"[{"iterations": [0, 1], "at": [3, -4], "polish": false, "name": "a"}, {"scale": 0.5, "mask": null}]"#,
            """
            {"iterations": [0, 1], "at": "3,-4", "polish": false, "name": "a"}

            {"scale": 0.5}
            """,
        ])
    func json(text: String) throws {
        try folder.write(text.utf8, to: "jobs.json")
        #expect(try batch("--iterations", "0", file: "jobs.json").exitCode == 0)
        #expect(try done() == ["002-cup", "a"])
        let settings = try #require(try lines().first { $0.job == "a" }?.summary?.settings)
        #expect(settings.at == [3, -4] && settings.iterations == [0, 1])
    }

    @Test func `paths in the file start at its folder, and what a job writes goes to its own`() throws {
        try folder.makeFolder("art")
        try folder.makeFolder("out")
        try FileManager.default.moveItem(atPath: folder.path("cup.png"), toPath: folder.path("art/my cup.png"))
        try folder.write("\u{FEFF}object;at;compare\r\nmy cup.png;1,2;cmp.png\r\n".utf8, to: "art/jobs.csv")
        #expect(try batch("--iterations", "0", "--plot", "losses.svg", file: "art/jobs.csv").exitCode == 0)
        #expect(try lines().first?.job == "001-my cup")
        #expect(try lines().first?.files == ["cmp.png", "losses.svg", "stage1.png", "stage2.png"])
        #expect(try folder.names.isSuperset(of: ["out/001-my cup/cmp.png", "out/001-my cup/losses.svg"]))
    }

    @Test func `two jobs do not write the same file`() throws {
        try write("name", "a", "b")
        let outcome = try batch("--iterations", "0", "--compare", folder.path("x.png"))
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains("  b: jobs.csv:3: \(folder.path("x.png")) is a file of a as well\n"))
        #expect(try done() == ["a"])
    }

    @Test func `--json sums up on stdout`() throws {
        try write("name,at", "a,", "b,x")
        let outcome = try batch("--iterations", "0", "--json", "--quiet")
        #expect(outcome.output.count { $0 == "\n" } == 1)
        struct Summary: Decodable {
            struct Failure: Decodable { let job, error: String }
            let status: String, jobs, done, skipped: Int, failed: [Failure]
        }
        let summary = try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
        #expect((summary.status, summary.jobs, summary.done, summary.skipped) == ("failed", 2, 1, 0))
        #expect(summary.failed.map(\.job) == ["b"])
    }

    @Test func `files of options count, and changing them is a change`() throws {
        try write("name", "a")
        let settings = { try lines().compactMap(\.summary?.settings?.iterations) }
        try folder.write("iterations = 1\n".utf8, to: "harmonize.toml")
        #expect(try batch().exitCode == 0)
        #expect(try settings() == [[1, 1]])
        try folder.write("iterations = 2\n".utf8, to: "harmonize.toml")
        #expect(try batch().exitCode == 0)
        #expect(try settings() == [[1, 1], [2, 2]])
        #expect(try batch("--no-config", "--iterations", "0").exitCode == 0)
        #expect(try settings() == [[1, 1], [2, 2], [0, 0]])
    }

    // MARK: The file

    @Test(
        "a file that is wrong is refused before anything starts",
        arguments: [
            ("object,paintng\n", "jobs.csv:1, column 2: there is no option 'paintng'", "did you mean 'painting'?"),
            ("object,output\n", "jobs.csv:1, column 2: 'output' has no place in a file", "give it on the command line"),
            ("help\nx\n", "jobs.csv:1, column 1: 'help' has no place in a file", "give it on the command line"),
            ("at,at\n1,2\n", "jobs.csv:1, column 2: 'at' is there already", "keep one of the two columns"),
            (
                "name,at\n\na,1,2\n", "jobs.csv:3: there are 3 cells under 2 columns",
                "put cells with commas in quotes: \"420,330\""
            ),
            ("name,at\na\n", "jobs.csv:2: there are 1 cells under 2 columns", "leave cells empty, but not out"),
            ("name\n\"a\n", "jobs.csv:2: a quote is never closed", "close it; a quote in a cell is written twice"),
            ("name\n", "jobs.csv holds no jobs", "write a line of option names, and one for each job below"),
            ("", "jobs.csv holds no jobs", "write a line of option names, and one for each job below"),
            ("[]", "jobs.csv holds no jobs", "write a line of option names, and one for each job below"),
            (
                "name\na/b\n", "jobs.csv:2: 'a/b' cannot name a job",
                "the name becomes a folder's: no slash, no dot in front, at most 200 bytes"
            ),
            (
                "name\n..\n", "jobs.csv:2: '..' cannot name a job",
                "the name becomes a folder's: no slash, no dot in front, at most 200 bytes"
            ),
            (
                "name,at\na,\nb,\nA,\n", "jobs.csv:4: 'A' is the name of jobs.csv:2 as well",
                "give each job a name of its own"
            ),
            (#"[{"at": [1]}, {"levle": 3}]"#, "jobs.csv, job 2: there is no option 'levle'", nil),
            (
                #"[{"at": {"x": 1}}]"#,
                "jobs.csv, job 1: 'at' takes a number, a text, true or false, or an array of numbers",
                "an x and a y are written [420, 330]"
            ),
            (
                Self.nested, "jobs.csv: too many arrays or objects lie in each other",
                "give an array of objects, or an object in each line"
            ),
            (
                #"[{"at": [1, 2]}, 3]"#, "jobs.csv: job 2 is no object of option names and values",
                "give an array of objects, or an object in each line"
            ),
        ] as [(String, String, String?)])
    func refuses(text: String, error: String, hint: String?) throws {
        try folder.write(text.utf8, to: "jobs.csv")
        let outcome = try batch()
        #expect(outcome.errorLines.first.map(String.init) == "Error: \(error)")
        if let hint { #expect(outcome.errorLines.last.map(String.init) == "Hint: \(hint)") }
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.exitCode == 65)
        #expect(try folder.names == ["jobs.csv", "p.png", "cup.png"])
    }

    /// A job with arrays in each other, which takes a decoder seconds to be sure of.
    private static let nested = "[{\"at\": \(String(repeating: "[", count: 400))\(String(repeating: "]", count: 400))}]"

    @Test func `files that are not there or no text are refused`() throws {
        try Command.expectFailure(
            ["batch", "none.csv"], in: folder, 66, "none.csv does not exist",
            hint: "check the path and the folder you are in")
        try Command.expectFailure(
            ["batch", "p.png"], in: folder, 65, "p.png is not text in UTF-8", hint: "save it as CSV in UTF-8")
    }

    @Test(
        "options of the batch are checked",
        arguments: [
            (["--jobs", "0"], "--jobs starts at 1, got 0"),
            (["--shard", "5/4"], "The value '5/4' is invalid for '--shard <i/n>'"),
        ])
    func refusesOptions(arguments: [String], error: String) throws {
        try Command.expectFailure(
            ["batch", "jobs.csv"] + arguments, in: folder, 64, error, hint: "harmonize --help lists the options")
    }

    // MARK: Again

    @Test func `what is done is not done again, what failed or changed is`() throws {
        try FileManager.default.copyItem(atPath: folder.path("cup.png"), toPath: folder.path("other.png"))
        try write("name,object,iterations", "a,,", "b,other.png,", "c,,x", "d,,1")
        #expect(try batch("--iterations", "0").exitCode == 1)
        #expect(try done() == ["a", "b", "d"])

        // Elsewhere in another way, with other threads.
        let again = try Command.run(
            ["batch", folder.path("jobs.csv"), "--output", folder.path("out"), "--iterations", "0", "--threads", "1"]
                + small.map { $0.hasSuffix(".png") ? folder.path($0) : $0 }, in: TemporaryFolder())
        #expect(again.exitCode == 1)
        #expect(again.errors.contains("\n3 done before, 1 failed, in "))
        #expect(try done() == ["a", "b", "d"])

        // Other contents, other options, a result that is gone.
        var bytes = try folder.bytes("other.png")
        bytes.append(0)
        try folder.write(bytes, to: "other.png")
        try write("name,object,iterations", "a,,", "b,other.png,", "c,,0", "d,,2")
        try FileManager.default.removeItem(atPath: folder.path("out/a/stage1.png"))
        let changed = try batch("--iterations", "0")
        #expect(changed.exitCode == 0)
        #expect(try done() == ["a", "a", "b", "b", "c", "d", "d"])
        #expect(try batch("--iterations", "0").errors.contains("\n4 done before, in "))
        #expect(try batch("--iterations", "0", "--force").errors.contains("\n4 done, in "))
    }

    @Test func `a dry run says what would be done, and does nothing`() throws {
        try write("name,iterations", "a,0", "b,1", "c,x")
        let before = try folder.names
        let first = try batch("--dry-run")
        #expect(
            first.output
                == "to do  a\nto do  b\nfails  c  jobs.csv:4: The value 'x' is invalid for '--iterations <n[,m]>'\n")
        #expect(try folder.names == before)
        _ = try batch("--shard", "1/3")
        #expect(try batch("--dry-run").output.hasPrefix("done   a\nto do  b\n"))
    }

    @Test func `a line that a killed process left unfinished does no harm`() throws {
        try folder.makeFolder("out")
        try folder.write(#"{"job":"a","status":"do"#.utf8, to: "out/results.jsonl")
        try write("name,iterations", "a,0")
        #expect(try batch().exitCode == 0)
        let lines = try folder.text("out/results.jsonl").split(separator: "\n")
        #expect(lines.count == 2 && lines[1].hasPrefix("{") && lines[1].contains(#""job":"a""#))
        #expect(try batch().errors.contains("\n1 done before, in "))
    }

    @Test func `what was done and not taken down is taken down, not done again`() throws {
        try write("name,iterations", "a,0", "b,0")
        #expect(try batch().exitCode == 0)
        let modified = { (name: String) in
            try FileManager.default.attributesOfItem(atPath: folder.path("out/\(name)/stage2.png"))[.modificationDate]
                as? Date
        }
        let before = try [modified("a"), modified("b")]
        // As if killed after the command's end.
        try FileManager.default.removeItem(atPath: folder.path("out/results.jsonl"))
        #expect(try batch().exitCode == 0)
        #expect(try done() == ["a", "b"])
        #expect(try [modified("a"), modified("b")] == before)
    }

    // MARK: Shards

    @Test func `shards share the jobs, and Slurm's arrays are shards`() throws {
        try write("name,iterations", "a,0", "b,0", "c,0", "d,0", "e,0")
        let task = ["ID": "7", "COUNT": "2", "MIN": "5", "MAX": "7", "STEP": "2"]
        let environment = Dictionary(uniqueKeysWithValues: task.map { ("SLURM_ARRAY_TASK_\($0)", $1) })
        #expect(try batch(environment: environment).exitCode == 0)
        #expect(try done() == ["b", "d"])
        #expect(try lines().map(\.shard) == ["2/2", "2/2"])
        #expect(try batch("--shard", "1/2", environment: environment).exitCode == 0)
        #expect(try done() == ["a", "b", "c", "d", "e"])
        #expect(try batch("--shard", "1/1", environment: environment).errors.contains("\n5 done before, in "))
    }

    @Test func `processes at the same jobs share them`() throws {
        try write("name,iterations", "a,0", "b,0", "c,0", "d,0")
        let codes = try inParallel(3) { _ in try batch("--threads", "1").exitCode }
        #expect(codes == [0, 0, 0])
        #expect(try done() == ["a", "b", "c", "d"])
        #expect(try lines().count == 4)
    }

    @Test func `several at a time write whole lines`() throws {
        try write("name,iterations", "a,0", "b,0", "c,x", "d,0", "e,0")
        let codes = try inParallel(2) { try batch("--shard", "\($0 + 1)/2", "--jobs", "2").exitCode }
        #expect(codes == [1, 0])
        #expect(try done() == ["a", "b", "d", "e"])
        #expect(try lines().count == 5)
    }

    /// What `body` gives for 0 … `count` − 1, at the same time.
    private func inParallel<Value>(_ count: Int, _ body: @escaping (Int) throws -> Value) throws -> [Value] {
        nonisolated(unsafe) let body = body
        nonisolated(unsafe) var results = [Result<Value, any Error>?](repeating: nil, count: count)
        let lock = NSLock()
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let result = Result { try body(index) }
            lock.withLock { results[index] = result }
        }
        return try results.compactMap { try $0?.get() }
    }

    // MARK: Signals

    private func awaitFile(_ name: String, of process: Process) {
        while process.isRunning, !FileManager.default.fileExists(atPath: folder.path(name)) { usleep(10_000) }
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `an interruption keeps the best so far, and stops the rest`(signal: Int32, exitCode: Int32) throws {
        try write("name,iterations", "a,0", "b,1000000", "c,0")
        let outcome = try batch("--preview-every", "1") { process in
            awaitFile("out/b/preview.png", of: process)
            kill(process.processIdentifier, signal)
        }
        #expect(outcome.exitCode == exitCode)
        #expect(outcome.errorLines.last == "Error: interrupted")
        #expect(outcome.errors.contains("\n1 done, 1 interrupted, in "))
        #expect(try lines().map(\.status) == ["done", "interrupted"])
        #expect(try folder.image("out/b/stage2.png").size == Size(width: 240, height: 190))
        // It is begun anew, and is another job now.
        try write("name,iterations", "a,0", "b,0", "c,0")
        #expect(try batch("--preview-every", "1").errors.contains("\n2 done, 1 done before, in "))
        #expect(try done() == ["a", "b", "c"])
    }

    @Test func `an interrupted job goes on where it was, unless it is forced to begin anew`() throws {
        // The first is there to show that the batch works.
        try write("name,iterations", "a,0", "b,500")
        func interrupted() throws {
            let outcome = try batch("--checkpoint-every", "5") { process in
                awaitFile("out/b/job.checkpoint", of: process)
                kill(process.processIdentifier, SIGINT)
            }
            #expect(outcome.exitCode == 130)
        }
        try interrupted()
        #expect(try batch().exitCode == 0)
        #expect(try lines().map(\.status) == ["done", "interrupted", "done"])
        #expect(try lines().last?.summary?.resumedAfter ?? 0 >= 4)
        #expect(try !folder.names.contains("out/b/job.checkpoint"))
        let resumed = try folder.bytes("out/b/stage2.png")
        #expect(try batch("--force").exitCode == 0)
        #expect(try folder.bytes("out/b/stage2.png") == resumed)

        try FileManager.default.removeItem(atPath: folder.path("out"))
        try interrupted()
        #expect(try batch("--force").exitCode == 0)
        #expect(try lines().last?.summary.map { $0.resumedAfter == nil } == true)
        #expect(try folder.bytes("out/b/stage2.png") == resumed)
    }

    @Test func `a second interruption leaves at once`() throws {
        try write("name,iterations", "a,0", "b,1000000")
        let outcome = try batch("--preview-every", "1") { process in
            awaitFile("out/b/preview.png", of: process)
            kill(process.processIdentifier, SIGSTOP)
            kill(process.processIdentifier, SIGINT)
            kill(process.processIdentifier, SIGTERM)
            kill(process.processIdentifier, SIGCONT)
        }
        #expect([130, 143].contains(outcome.exitCode))
        #expect(try lines().map(\.job) == ["a"])
    }

    @Test func `a job whose preview never came is done all the same`() throws {
        try write("name,iterations", "a,0")
        #expect(try batch("--preview-every", "1000").errors.contains("\n1 done, in "))
        #expect(try batch("--preview-every", "1000").errors.contains("\n1 done before, in "))
    }

    @Test func `a file's name may be one character`() throws {
        try write("name,iterations", "a,0", to: "j")
        #expect(try batch("--dry-run", file: "j").output == "to do  a\n")
    }

    @Test func `a batch that is killed goes on where it was`() throws {
        try write("name,iterations", "a,0", "b,300", "c,0")
        // The command at work goes on, and is not done a second time beside itself.
        #expect(throws: Command.Crash.self) {
            try batch { kill($0.processIdentifier, SIGKILL) }
        }
        #expect(try done() == ["a"])
        let outcome = try batch()
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.hasPrefix("[1/3] a  was done before\n"))
        #expect(try done() == ["a", "b", "c"])
        #expect(try lines().count == 3)
    }

    #if os(Linux)
        @Test func `a command that the system kills stops no other job`() throws {
            try write("name,iterations", "a,0", "b,1000000", "c,0")
            let outcome = try batch("--preview-every", "1") { process in
                awaitFile("out/b/preview.png", of: process)
                for child in children(of: process.processIdentifier) { kill(child, SIGKILL) }
            }
            #expect(outcome.exitCode == 1)
            let error = "the command ended with signal 9 (Killed)"
            #expect(outcome.errors.contains("\n[2/3] b  failed: \(error)\n"))
            #expect(try lines().map(\.status) == ["done", "crashed", "done"])
            #expect(try lines().map(\.signal) == [nil, 9, nil])
            #expect(try lines()[1].error == error)
        }

        private func children(of process: pid_t) -> [pid_t] {
            let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
            return all.filter { pid in
                let words = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.split(separator: " ")
                return words.map { $0.count > 3 && $0[3] == "\(process)" } ?? false
            }
        }
    #endif
}
