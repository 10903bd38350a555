import Foundation
import Harmonization
import Imaging
import NeuralNet
import TestSupport
import Testing

@testable import harmonize

/// `--checkpoint`: work that is interrupted in any way goes on, and ends as if it had not been.
@Suite(.timeLimit(.minutes(60))) struct CheckpointFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Work long enough to be interrupted.
    private static let work = Fixture.sample + ["--iterations", "60,200", "--size", "120"]
    private let arguments = work + ["--checkpoint", "work"]

    /// The results of the same work without a checkpoint.
    private static let whole = Result {
        let folder = try TemporaryFolder()
        _ = try Command.run(work, in: folder)
        return try folder.stages()
    }

    private func expectResults(sourceLocation: SourceLocation = #_sourceLocation) throws {
        #expect(try folder.stages() == Self.whole.get(), sourceLocation: sourceLocation)
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func `interrupted work goes on when the same command is run again`(signal: Int32, exitCode: Int32) throws {
        let first = try Command.run(arguments + ["--json"], in: folder) { kill($0.processIdentifier, signal) }
        #expect(first.exitCode == exitCode)
        #expect(first.output.contains(#""checkpoint":"work""#) && !first.output.contains("resumedAfter"))
        #expect(try folder.names == ["stage1.png", "stage2.png", "work"])
        let second = try Command.run(arguments + ["--json"], in: folder)
        #expect(second.exitCode == 0)
        #expect(second.errors.contains("going on from work, after "))
        #expect(!second.output.contains(#""checkpoint""#) && second.output.contains(#""resumedAfter":"#))
        // It is of no more use.
        #expect(try folder.names == ["stage1.png", "stage2.png"])
        try expectResults()
    }

    @Test func `killed work goes on from the last time that it was written down`() throws {
        #expect(throws: Command.Crash.self) {
            try Command.run(arguments + ["--checkpoint-every", "7"], in: folder) {
                $0.awaitFile(folder.path("work"))
                kill($0.processIdentifier, SIGKILL)
            }
        }
        let names = try folder.names
        #expect(names.contains("work") && !names.contains("stage2.png"))
        // With other threads, too.
        let second = try Command.run(arguments + ["--threads", "3"], in: folder)
        #expect(second.errors.contains("going on from work, after "))
        try expectResults()
    }

    @Test func `work that never stopped leaves no checkpoint`() throws {
        #expect(try Command.run(arguments + ["--checkpoint-every", "1"], in: folder).exitCode == 0)
        #expect(try folder.names == ["stage1.png", "stage2.png"])
        try expectResults()
    }

    // MARK: Refusals

    private func expectRefusal(_ arguments: [String], _ exitCode: Int32, _ error: String, hint: String) throws {
        let names = try folder.names
        try Command.expectFailure(arguments, in: folder, exitCode, error, hint: hint)
        #expect(try folder.names == names)
    }

    @Test func `a checkpoint of other work is refused with what differs, and stays`() throws {
        _ = try Command.run(arguments, in: folder) { kill($0.processIdentifier, SIGINT) }
        let checkpoint = try folder.bytes("work")
        let hint =
            "give what it was made with (--scale, --rotate, --flip and --cut count as well), another --checkpoint, "
            + "or delete it to begin anew"
        for (changes, options) in [
            (["--style-level", "3"], "--style-level"), (["--at", "1,2", "--detail", "1"], "--at, --detail"),
            (["--painting", Fixture.paintingJPEG], "--painting"),
        ] {
            try expectRefusal(
                arguments + changes + ["--quiet"], 65,
                "the checkpoint is of another job: not the same \(options)", hint: hint)
        }
        #expect(try folder.bytes("work") == checkpoint)
    }

    @Test func `what a checkpoint may differ in has an option each`() throws {
        let options = LongOptions(of: Harmonize.self)
        for difference in HarmonizationCheckpoint.Difference.allCases {
            #expect(options.contains(difference.option), "\(difference)")
        }
    }

    @Test func `a file that is no checkpoint is refused, and stays`() throws {
        try folder.write("notes".utf8, to: "work")
        let hint = "give --checkpoint the name of a file that is not there yet, or a checkpoint's"
        try expectRefusal(arguments, 65, "work is no checkpoint", hint: hint)
        #expect(try folder.text("work") == "notes")
        try expectRefusal(
            Fixture.sample + ["--checkpoint", "/dev/zero"], 65, "/dev/zero is no checkpoint", hint: hint)
    }

    @Test func `a damaged checkpoint is refused`() throws {
        _ = try Command.run(arguments, in: folder) { kill($0.processIdentifier, SIGINT) }
        try folder.write(folder.bytes("work").dropLast(), to: "work")
        try expectRefusal(arguments, 65, "work is a damaged checkpoint", hint: "delete it, to begin anew")
    }

    @Test func `a checkpoint of another version is refused with the version that is read`() throws {
        let later = SafeTensors.encoded([], metadata: ["format": "harmonize checkpoint", "version": "0"])
        try folder.write(later, to: "work")
        try expectRefusal(
            arguments, 65,
            "work is a checkpoint of version 0, and \(HarmonizationCheckpoint.fileVersion) is what is read",
            hint: "go on with the harmonize that wrote it, or delete it to begin anew")
    }

    @Test func `a checkpoint in place of other files is refused`() throws {
        let hint = "harmonize --help lists the options"
        try expectRefusal(
            Fixture.sample + ["--checkpoint", Fixture.mask], 64, "--checkpoint would replace the file of --mask",
            hint: hint)
        try expectRefusal(
            Fixture.sample + ["--checkpoint", "stage1.png"], 64,
            "--checkpoint and the result stage1.png are the same file", hint: hint)
        try expectRefusal(
            arguments + ["--checkpoint-every", "0"], 64, "--checkpoint-every starts at 1, got 0", hint: hint)
    }

    @Test func `where a checkpoint can no longer be written, the work goes on without`() throws {
        try folder.makeFolder("deep")
        let arguments = Self.work + ["--checkpoint", "deep/work", "--checkpoint-every", "9"]
        let outcome = try Command.run(arguments, in: folder) { _ in
            try? FileManager.default.removeItem(atPath: folder.path("deep"))
        }
        #expect(outcome.exitCode == 0)
        #expect(
            outcome.errors.components(
                separatedBy:
                    "Warning: cannot write deep/work: No such file or directory\nHint: the work goes on without\n"
            )
            .count == 2)
        try expectResults()
    }
}
