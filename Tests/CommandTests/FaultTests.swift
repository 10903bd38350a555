import Foundation
import Imaging
import NeuralNet
import TestSupport
import Testing

/// What goes wrong around the command: nothing is half-written, what was there stays, and there is one clear error.
/// `Tests/faults.sh` does more of it, for as long as one likes, and what takes a file system of its own.
@Suite(.timeLimit(.minutes(60))) struct FaultTests {
    private let folder: TemporaryFolder
    private static let names = ["stage1.png", "stage2.png", "trace.json", "compare.png", "plot.svg", "preview.png"]
    private let everything =
        Fixture.evaluatedSample + [
            "--trace", "trace.json", "--compare", "compare.png", "--plot", "plot.svg", "--preview-every", "1",
        ]

    init() throws { folder = try TemporaryFolder() }

    /// Puts files in the results' places.
    private func writeOldFiles() throws {
        for name in Self.names { try folder.write("an old \(name)".utf8, to: name) }
    }

    private func expectOldFiles(but others: Set<String> = [], sourceLocation: SourceLocation = #_sourceLocation) throws
    {
        #expect(try folder.names == Set(Self.names).union(others), sourceLocation: sourceLocation)
        for name in Self.names {
            #expect(try folder.text(name) == "an old \(name)", sourceLocation: sourceLocation)
        }
    }

    // MARK: Limits of the system

    @Test func `a file that may not grow is an error, and the old ones stay`() throws {
        try writeOldFiles()
        let outcome = try Command.run(everything, in: folder, setup: "ulimit -f 8")
        #expect(outcome.exitCode == 73)
        #expect(
            outcome.errors == """
                Warning: cannot write preview.png: File too large
                Hint: there will be no more previews
                Error: cannot write stage1.png: File too large
                Hint: choose a folder you can write to, with room on its disk

                """)
        try expectOldFiles()
    }

    @Test func `imported weights that find no room leave the old ones`() throws {
        try folder.write(SafeTensorsFile.bytes(of: .builtIn), to: "w.safetensors")
        try folder.write("old".utf8, to: "w.bin")
        let outcome = try Command.run(
            ["model", "import", "w.safetensors", "w.bin"], in: folder, setup: "ulimit -f 1000")
        #expect(outcome.exitCode == 73)
        #expect(outcome.errors.hasPrefix("Error: cannot write w.bin: File too large\n"))
        #expect(try folder.text("w.bin") == "old")
        #expect(try folder.names == ["w.bin", "w.safetensors"])
    }

    @Test func `a batch whose records find no room stops, and goes on later`() throws {
        let jobs = "name,painting,object\na,\(Fixture.painting),\(Fixture.cupWithAlpha)\n"
        try folder.write(jobs.utf8, to: "jobs.csv")
        let batch = ["batch", "jobs.csv", "--output", "out", "--iterations", "0", "--quiet"]
        // Of two blocks of 512 bytes there are 24 left, into which half a record would go.
        let before = #"{"job":"\#(String(repeating: "z", count: 963))","row":1,"status":"failed"}"# + "\n"
        try folder.makeFolder("out")
        try folder.write(before.utf8, to: "out/results.jsonl")
        let stopped = try Command.run(batch, in: folder, setup: "ulimit -f 2")
        #expect(stopped.exitCode == 73)
        #expect(stopped.errors.hasPrefix("Error: cannot write out/results.jsonl: No space left on device\n"))
        #expect(try folder.text("out/results.jsonl") == before)
        #expect(try Command.run(batch, in: folder).exitCode == 0)
        #expect(try folder.names.isSuperset(of: ["out/a/stage1.png", "out/a/stage2.png"]))
    }

    #if os(Linux)
        /// The outcome of what is done with so many million addresses.
        private func rationed(_ arguments: [String], megabytes: Int) throws -> Command.Outcome {
            try Command.run(
                arguments, in: folder, setup: "ulimit -t 60; ulimit -v \((megabytes * 1_000_000 + 1023) / 1024)")
        }

        private typealias Numbers = Regex<(Substring, Substring, Substring)>

        /// The two numbers of megabytes in the first line of an error.
        private func megabytes(_ outcome: Command.Outcome, _ error: Numbers) throws -> (Int, Int) {
            #expect(outcome.exitCode == 69 && outcome.errorLines.count == 2, "\(outcome.errors)")
            let match = try #require(outcome.errorLines.first?.firstMatch(of: error), "\(outcome.errors)")
            return (try #require(Int(match.1)), try #require(Int(match.2)))
        }

        @Test func `too few addresses are refused with how many are needed, and those are enough to begin`() throws {
            try writeOldFiles()
            let refusal =
                /this process may have ([0-9]+) MB of addresses \(ulimit -v\), and needs ([0-9]+) MB on [0-9]+ cores/
            let (few, needed) = try megabytes(rationed(everything, megabytes: 240), refusal)
            #expect(few == 240 && needed > 240)
            #expect(try megabytes(rationed(everything, megabytes: needed - 1), refusal) == (needed - 1, needed))
            try expectOldFiles()
            // Then it is known whether the job goes into what is left of them.
            let outcome = try rationed(Fixture.evaluatedSample, megabytes: needed)
            if outcome.exitCode != 0 {
                let (job, left) = try megabytes(
                    outcome, /takes about ([0-9]+) MB of memory and there are ([0-9]+) MB/)
                #expect(job > left)
            }
            #expect(try rationed(Fixture.evaluatedSample, megabytes: needed + 1000).exitCode == 0)
        }

        @Test func `too few descriptors are refused, more are got where they may be`() throws {
            try writeOldFiles()
            let outcome = try Command.run(everything, in: folder, setup: "ulimit -n 12")
            #expect(outcome.exitCode == 69)
            #expect(
                outcome.errors
                    == "Error: this process may have 12 files open (ulimit -n), and needs 16\nHint: raise the limit\n")
            try expectOldFiles()
            #expect(try Command.run(everything, in: folder, setup: "ulimit -Sn 8").exitCode == 0)
        }
    #endif

    // MARK: Streams

    @Test("closed streams get into no file", arguments: ["2>&-", ">&-", "2>&- >&-", "<&- 2>&- >&-"])
    func closedStreams(closing: String) throws {
        let expected = try TemporaryFolder()
        let options = everything.filter { $0 != "--quiet" }
        #expect(try Command.run(options, in: expected).exitCode == 0)
        let outcome = try Command.run(options, in: folder, setup: "exec \(closing)")
        #expect(outcome.exitCode == 0)
        #expect(try folder.names == expected.names)
        for name in ["stage1.png", "stage2.png", "compare.png", "plot.svg"] {
            #expect(try folder.bytes(name) == expected.bytes(name))
        }
        #expect(try !TraceFile(folder.path("trace.json")).passes.isEmpty)
    }

    @Test func `what was asked for on a stream that is closed is an error`() throws {
        for options in [["--json"], ["--output", "-"], ["--dry-run"]] {
            let outcome = try Command.run(Fixture.evaluatedSample + options, in: folder, setup: "exec >&-")
            #expect(outcome.exitCode == 73)
            #expect(outcome.errors.hasPrefix("Error: cannot write standard output: Bad file descriptor\nHint: "))
        }
        let input = try Command.run(Fixture.evaluatedSample + ["--object", "-"], in: folder, setup: "exec <&-")
        #expect(input.exitCode == 66)
        #expect(input.errors.hasPrefix("Error: cannot read standard input: Bad file descriptor\nHint: "))
    }

    @Test("answers that cannot be given are errors", arguments: [["--help"], ["--version"], ["model", "info"]])
    func fullAnswers(arguments: [String]) throws {
        let outcome = try Command.run(arguments, in: folder, setup: "exec >/dev/full")
        #expect(outcome.exitCode == 73)
        #expect(outcome.errors.hasPrefix("Error: cannot write standard output: No space left on device\nHint: "))
    }

    @Test("a stderr that is full or that nobody reads stops nothing", arguments: ["2>/dev/full", "2>&1 >/dev/null"])
    func unreadErrors(redirection: String) throws {
        let options = everything.filter { $0 != "--quiet" }
        #expect(try Command.run(options, in: folder, setup: "exec \(redirection)").exitCode == 0)
        #expect(try folder.names == Set(Self.names))
    }

    // MARK: Inputs and places

    @Test func `weights that are cut short while they are read are an error, not a crash`() throws {
        // A dump of all of VGG16, all zeros: a hole.
        var outcomes: [Command.Outcome] = []
        for _ in 0..<10 where outcomes.last?.exitCode != 65 {
            try folder.write([], to: "w.bin")
            try BombFile.lengthen(folder.path("w.bin"), to: 553_430_176)
            outcomes.append(
                try Command.run(
                    ["model", "info", "w.bin"], in: folder,
                    watch: { process in
                        while process.isRunning, !Self.maps(process.processIdentifier, "w.bin") { usleep(200) }
                        truncate(folder.path("w.bin"), 0)
                    }))
        }
        #expect(outcomes.last?.exitCode == 65)
        #expect(
            outcomes.last?.errors
                == "Error: a file became shorter while it was read\nHint: try again once nothing writes to it\n")
    }

    private static func maps(_ process: Int32, _ name: String) -> Bool {
        (try? String(contentsOfFile: "/proc/\(process)/maps", encoding: .utf8))?.contains(name) ?? true
    }

    @Test("a folder without permission is an error before any work is done", .enabled(if: getuid() != 0))
    func readOnlyFolder() throws {
        try writeOldFiles()
        try #require(chmod(folder.url.path, 0o555) == 0)
        defer { chmod(folder.url.path, 0o755) }
        let outcome = try Command.run(everything, in: folder)
        #expect(outcome.exitCode == 73)
        #expect(outcome.errors.hasPrefix("Error: cannot write stage1.png: the folder . is not writable\n"))
        try expectOldFiles()
    }

    @Test("an input without permission is an error", .enabled(if: getuid() != 0))
    func unreadableInput() throws {
        try folder.write(Fixture.bytes("painting.png"), to: "p.png")
        chmod(folder.path("p.png"), 0)
        try Command.expectFailure(
            Fixture.evaluatedSample + ["--painting", "p.png"], in: folder, 66, "cannot read p.png: Permission denied",
            hint: "give a PNG or JPEG file you may read")
    }

    // MARK: Signals, and others at work

    @Test func `a kill while pictures are written leaves whole files, and disturbs no one after`() throws {
        let expected = try TemporaryFolder()
        #expect(try Command.run(Fixture.evaluatedSample, in: expected).exitCode == 0)
        for moment in 1...8 {
            #expect(throws: Command.Crash.self) {
                try Command.run(
                    Fixture.sample + ["--iterations", "100000", "--preview-every", "1"], in: folder,
                    watch: { process in
                        process.awaitFile(folder.path("preview.png"))
                        usleep(UInt32(moment) * 7919)
                        kill(process.processIdentifier, SIGKILL)
                    })
            }
            _ = try folder.image("preview.png")
            #expect(try folder.names.subtracting(["preview.png"]).allSatisfy { $0.hasSuffix(".tmp") })
            try FileManager.default.removeItem(atPath: folder.path("preview.png"))
        }
        #expect(try Command.run(Fixture.evaluatedSample, in: folder).exitCode == 0)
        #expect(try folder.stages() == expected.stages())
    }

    @Test func `of two runs into one folder each file is of one, whole`() throws {
        let others = Fixture.evaluatedSample + ["--at", "7,9"]
        let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
        #expect(try Command.run(Fixture.evaluatedSample, in: one).exitCode == 0)
        #expect(try Command.run(others, in: other).exitCode == 0)
        for _ in 0..<5 {
            let first = try Command.run(
                Fixture.evaluatedSample, in: folder,
                watch: { _ in
                    let second = try Command.run(others, in: folder)
                    #expect(second.exitCode == 0)
                })
            #expect(first.exitCode == 0)
            #expect(try folder.names == ["stage1.png", "stage2.png"])
            for name in ["stage1.png", "stage2.png"] {
                #expect(try [one.bytes(name), other.bytes(name)].contains(folder.bytes(name)))
                try FileManager.default.removeItem(atPath: folder.path(name))
            }
        }
    }

    #if os(Linux)
        @Test func `a second Ctrl-C right behind the first leaves no job of a batch behind`() throws {
            let jobs = "name,painting,object\na,\(Fixture.painting),\(Fixture.cupWithAlpha)\n"
            try folder.write(jobs.utf8, to: "jobs.csv")
            var jobProcesses: [Int32] = []
            let outcome = try Command.run(
                ["batch", "jobs.csv", "--output", "out", "--iterations", "1000000", "--preview-every", "1"], in: folder,
                watch: { process in
                    process.awaitFile(folder.path("out/a/preview.png"))
                    jobProcesses = process.children
                    // The job answers neither signal before it has both.
                    for job in jobProcesses { kill(job, SIGSTOP) }
                    kill(process.processIdentifier, SIGINT)
                    usleep(200_000)
                    kill(process.processIdentifier, SIGINT)
                    usleep(200_000)
                    for job in jobProcesses { kill(job, SIGCONT) }
                })
            #expect(outcome.exitCode == 130)
            #expect(jobProcesses.count == 1)
            // Whoever goes at once does not write the best so far.
            for _ in 0..<100 where jobProcesses.contains(where: { kill($0, 0) == 0 }) { usleep(100_000) }
            #expect(!jobProcesses.contains { kill($0, 0) == 0 })
            #expect(try folder.names.filter { $0.contains("stage") } == [])
        }
    #endif
}
