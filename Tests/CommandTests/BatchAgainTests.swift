import Foundation
import Imaging
import TestSupport
import Testing

/// Batches that are run again, at the same time, or not to their end.
@Suite(.timeLimit(.minutes(60))) struct BatchAgainTests {
    private let jobs: BatchFolder

    init() throws { jobs = try BatchFolder() }

    // MARK: Again

    @Test func `what is done is not done again, what failed or changed is`() throws {
        try FileManager.default.copyItem(atPath: jobs.folder.path("cup.png"), toPath: jobs.folder.path("other.png"))
        try jobs.write("name,object,iterations", "a,,", "b,other.png,", "c,,x", "d,,1")
        #expect(try jobs.batch("--iterations", "0").exitCode == 1)
        #expect(try jobs.done() == ["a", "b", "d"])

        // Elsewhere in another way, with other threads.
        let again = try Command.run(
            [
                "batch", jobs.folder.path("jobs.csv"), "--output", jobs.folder.path("out"), "--iterations", "0",
                "--threads", "1",
            ]
                + jobs.small.map { $0.hasSuffix(".png") ? jobs.folder.path($0) : $0 }, in: TemporaryFolder())
        #expect(again.exitCode == 1)
        #expect(again.errors.contains("\n3 done before, 1 failed, in "))
        #expect(try jobs.done() == ["a", "b", "d"])

        // Other contents, other options, a result that is gone.
        var bytes = try jobs.folder.bytes("other.png")
        bytes.append(0)
        try jobs.folder.write(bytes, to: "other.png")
        try jobs.write("name,object,iterations", "a,,", "b,other.png,", "c,,0", "d,,2")
        try FileManager.default.removeItem(atPath: jobs.folder.path("out/a/stage1.png"))
        let changed = try jobs.batch("--iterations", "0")
        #expect(changed.exitCode == 0)
        #expect(try jobs.done() == ["a", "a", "b", "b", "c", "d", "d"])
        #expect(try jobs.batch("--iterations", "0").errors.contains("\n4 done before, in "))
        #expect(try jobs.batch("--iterations", "0", "--force").errors.contains("\n4 done, in "))
    }

    @Test func `a dry run says what would be done, and does nothing`() throws {
        try jobs.write("name,iterations", "a,0", "b,1", "c,x")
        let before = try jobs.folder.names
        let first = try jobs.batch("--dry-run")
        #expect(
            first.output
                == "to do  a\nto do  b\nfails  c  jobs.csv:4: The value 'x' is invalid for '--iterations <n[,m]>'\n")
        #expect(try jobs.folder.names == before)
        _ = try jobs.batch("--shard", "1/3")
        #expect(try jobs.batch("--dry-run").output.hasPrefix("done   a\nto do  b\n"))
    }

    @Test func `a line that a killed process left unfinished does no harm`() throws {
        try jobs.folder.makeFolder("out")
        try jobs.folder.write(#"{"job":"a","status":"do"#.utf8, to: "out/results.jsonl")
        try jobs.write("name,iterations", "a,0")
        #expect(try jobs.batch().exitCode == 0)
        let lines = try jobs.folder.text("out/results.jsonl").split(separator: "\n")
        #expect(lines.count == 2 && lines[1].hasPrefix("{") && lines[1].contains(#""job":"a""#))
        #expect(try jobs.batch().errors.contains("\n1 done before, in "))
    }

    @Test func `what was done and not taken down is taken down, not done again`() throws {
        try jobs.write("name,iterations", "a,0", "b,0")
        #expect(try jobs.batch().exitCode == 0)
        let modified = { (name: String) in
            try FileManager.default.attributesOfItem(atPath: jobs.folder.path("out/\(name)/stage2.png"))[
                .modificationDate]
                as? Date
        }
        let before = try [modified("a"), modified("b")]
        // As if killed after the command's end.
        try FileManager.default.removeItem(atPath: jobs.folder.path("out/results.jsonl"))
        #expect(try jobs.batch().exitCode == 0)
        #expect(try jobs.done() == ["a", "b"])
        #expect(try [modified("a"), modified("b")] == before)
    }

    // MARK: Shards

    @Test func `shards share the jobs, and Slurm's arrays are shards`() throws {
        try jobs.write("name,iterations", "a,0", "b,0", "c,0", "d,0", "e,0")
        let task = ["ID": "7", "COUNT": "2", "MIN": "5", "MAX": "7", "STEP": "2"]
        let environment = Dictionary(uniqueKeysWithValues: task.map { ("SLURM_ARRAY_TASK_\($0)", $1) })
        #expect(try jobs.batch(environment: environment).exitCode == 0)
        #expect(try jobs.done() == ["b", "d"])
        #expect(try jobs.lines().map(\.shard) == ["2/2", "2/2"])
        #expect(try jobs.batch("--shard", "1/2", environment: environment).exitCode == 0)
        #expect(try jobs.done() == ["a", "b", "c", "d", "e"])
        #expect(try jobs.batch("--shard", "1/1", environment: environment).errors.contains("\n5 done before, in "))
    }

    @Test func `processes at the same jobs share them`() throws {
        try jobs.write("name,iterations", "a,0", "b,0", "c,0", "d,0")
        let codes = try inParallel(3) { _ in try jobs.batch("--threads", "1").exitCode }
        #expect(codes == [0, 0, 0])
        #expect(try jobs.done() == ["a", "b", "c", "d"])
        #expect(try jobs.lines().count == 4)
    }

    @Test func `several at a time write whole lines`() throws {
        try jobs.write("name,iterations", "a,0", "b,0", "c,x", "d,0", "e,0")
        let codes = try inParallel(2) { try jobs.batch("--shard", "\($0 + 1)/2", "--jobs", "2").exitCode }
        #expect(codes == [1, 0])
        #expect(try jobs.done() == ["a", "b", "d", "e"])
        #expect(try jobs.lines().count == 5)
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

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `an interruption keeps the best so far, and stops the rest`(signal: Int32, exitCode: Int32) throws {
        try jobs.write("name,iterations", "a,0", "b,1000000", "c,0")
        let outcome = try jobs.batch("--preview-every", "1") { process in
            process.awaitFile(jobs.folder.path("out/b/preview.png"))
            kill(process.processIdentifier, signal)
        }
        #expect(outcome.exitCode == exitCode)
        #expect(outcome.errorLines.last == "Error: interrupted")
        #expect(outcome.errors.contains("\n1 done, 1 interrupted, in "))
        #expect(try jobs.lines().map(\.status) == ["done", "interrupted"])
        #expect(try jobs.folder.image("out/b/stage2.png").size == Size(width: 240, height: 190))
        // It is begun anew, and is another job now.
        try jobs.write("name,iterations", "a,0", "b,0", "c,0")
        #expect(try jobs.batch("--preview-every", "1").errors.contains("\n2 done, 1 done before, in "))
        #expect(try jobs.done() == ["a", "b", "c"])
    }

    @Test func `an interrupted job goes on where it was, unless it is forced to begin anew`() throws {
        // The first is there to show that the batch works.
        try jobs.write("name,iterations", "a,0", "b,200")
        func interrupted() throws {
            let outcome = try jobs.batch("--checkpoint-every", "5") { process in
                process.awaitFile(jobs.folder.path("out/b/job.checkpoint"))
                kill(process.processIdentifier, SIGINT)
            }
            #expect(outcome.exitCode == 130)
        }
        try interrupted()
        #expect(try jobs.batch().exitCode == 0)
        #expect(try jobs.lines().map(\.status) == ["done", "interrupted", "done"])
        #expect(try jobs.lines().last?.summary?.resumedAfter ?? 0 >= 4)
        #expect(try !jobs.folder.names.contains("out/b/job.checkpoint"))
        let resumed = try jobs.folder.bytes("out/b/stage2.png")
        #expect(try jobs.batch("--force").exitCode == 0)
        #expect(try jobs.folder.bytes("out/b/stage2.png") == resumed)

        try FileManager.default.removeItem(atPath: jobs.folder.path("out"))
        try interrupted()
        #expect(try jobs.batch("--force").exitCode == 0)
        #expect(try jobs.lines().last?.summary.map { $0.resumedAfter == nil } == true)
        #expect(try jobs.folder.bytes("out/b/stage2.png") == resumed)
    }

    @Test func `a second interruption leaves at once`() throws {
        try jobs.write("name,iterations", "a,0", "b,1000000")
        let outcome = try jobs.batch("--preview-every", "1") { process in
            process.awaitFile(jobs.folder.path("out/b/preview.png"))
            process.interruptTwice()
        }
        #expect(outcome.exitCode == 130 || outcome.exitCode == 143)
        #expect(try jobs.lines().map(\.job) == ["a"])
    }

    @Test func `a job whose preview never came is done all the same`() throws {
        try jobs.write("name,iterations", "a,0")
        #expect(try jobs.batch("--preview-every", "1000").errors.contains("\n1 done, in "))
        #expect(try jobs.batch("--preview-every", "1000").errors.contains("\n1 done before, in "))
    }

    @Test func `a file's name may be one character`() throws {
        try jobs.write("name,iterations", "a,0", to: "j")
        #expect(try jobs.batch("--dry-run", file: "j").output == "to do  a\n")
    }

    @Test func `a batch that is killed goes on where it was`() throws {
        try jobs.write("name,iterations", "a,0", "b,300", "c,0")
        // The command at work goes on, and is not done a second time beside itself.
        #expect(throws: Command.Crash.self) {
            try jobs.batch { kill($0.processIdentifier, SIGKILL) }
        }
        #expect(try jobs.done() == ["a"])
        let outcome = try jobs.batch()
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors.hasPrefix("[1/3] a  was done before\n"))
        #expect(try jobs.done() == ["a", "b", "c"])
        #expect(try jobs.lines().count == 3)
    }

    #if os(Linux)
        @Test func `a command that the system kills stops no other job`() throws {
            try jobs.write("name,iterations", "a,0", "b,1000000", "c,0")
            let outcome = try jobs.batch("--preview-every", "1") { process in
                process.awaitFile(jobs.folder.path("out/b/preview.png"))
                for child in process.children { kill(child, SIGKILL) }
            }
            #expect(outcome.exitCode == 1)
            let error = "the command ended with signal 9 (Killed)"
            #expect(outcome.errors.contains("\n[2/3] b  failed: \(error)\n"))
            #expect(try jobs.lines().map(\.status) == ["done", "crashed", "done"])
            #expect(try jobs.lines().map(\.signal) == [nil, 9, nil])
            #expect(try jobs.lines()[1].error == error)
        }
    #endif
}
