import Foundation
import Imaging
import TestSupport
import Testing

/// What the command says before, during and after its work.
@Suite(.timeLimit(.minutes(60))) struct PlanningTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What `--json` prints.
    private struct Summary: Decodable {
        let status: String
        let error, hint: String?
        let exitCode: Int32?
        let size: [Int]?
        let files: [String: String]?
        let passes: [Pass]?
        let warnings: [Warning]?
        let seconds: Double?
        let memory, availableMemory: Int?

        struct Pass: Decodable {
            let pass, reduction, evaluations: Int
            let crop: [Int]?
            let firstLoss, loss: Double?
            let ended: String?
        }

        struct Warning: Decodable {
            let warning, hint: String
        }
    }

    private func summary(_ outcome: Command.Outcome) throws -> Summary {
        #expect(outcome.output.count { $0 == "\n" } == 1)
        return try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
    }

    @Test func `a dry run says what would be done, and does nothing`() throws {
        let outcome = try Command.run(Fixture.sample + ["--dry-run", "--iterations", "30,40"], in: folder)
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.contains("painting   240×190"))
        #expect(lines.contains { $0.hasPrefix("object     ") && $0.contains(" at ") })
        #expect(lines.contains { $0.hasPrefix("pass 1     240×190, 30 evaluations; content 1, style ") })
        #expect(lines.contains { $0.hasPrefix("pass 2     240×190, 20 evaluations; content ") })
        #expect(lines.contains { $0.wholeMatch(of: /memory     about [0-9]+ MB of [0-9.]+ [MG]B available/) != nil })
        #expect(lines.contains { $0.wholeMatch(of: /time       about [0-9]+ s/) != nil })
        #expect(try folder.names == [])
    }

    @Test("a dry run's figures are those of the run", arguments: ["1", "1.7"])
    func figures(scale: String) throws {
        let options = Fixture.sample + ["--scale", scale, "--iterations", "3,4", "--threads", "2", "--json", "--quiet"]
        let planned = try summary(Command.run(options + ["--dry-run"], in: folder))
        let done = try summary(Command.run(options, in: folder))
        #expect((planned.status, done.status) == ("planned", "done"))
        #expect(planned.size == [240, 190] && done.size == [240, 190])
        #expect(planned.passes?.map(\.evaluations) == [3, 4] && done.passes?.map(\.evaluations) == [3, 4])
        #expect(planned.passes?.allSatisfy { $0.crop?.count == 2 } == true)
        let (expected, peak) = (try #require(planned.memory), try #require(done.memory))
        #expect(abs(expected - peak) < peak / 4, "\(expected) for \(peak)")
        #expect(done.files == ["stage1": "stage1.png", "stage2": "stage2.png"])
        #expect(done.passes?.allSatisfy { $0.ended == "iterations" && $0.loss ?? .nan < $0.firstLoss ?? .nan } == true)
        #expect(done.warnings?.isEmpty == true)
    }

    @Test func `a failure has a summary too`() throws {
        let outcome = try Command.run(
            ["--json", "--painting", "missing.png", "--object", Fixture.cup], in: folder)
        #expect(outcome.exitCode == 66)
        let failed = try summary(outcome)
        #expect(failed.status == "failed" && failed.exitCode == 66)
        #expect(failed.error == "missing.png does not exist")
        #expect(failed.hint == "check the path and the folder you are in")
        #expect(outcome.errors == "Error: missing.png does not exist\nHint: check the path and the folder you are in\n")
    }

    @Test func `a job beyond the memory is refused before it begins, and a dry run says so`() throws {
        let options = Fixture.sample + ["--max-memory", "30"]
        let outcome = try Command.run(options, in: folder)
        #expect(outcome.exitCode == 69)
        let error = /Error: the painting, 240×190, with this object takes about [0-9]+ MB of memory and there are 30 MB/
        #expect(outcome.errorLines.first?.wholeMatch(of: error) != nil, "\(outcome.errors)")
        #expect(outcome.errorLines.last == "Hint: work at a smaller size with --size 120, or use a smaller --model")
        #expect(try folder.names == [])
        let plan = try Command.run(options + ["--dry-run"], in: folder)
        #expect(plan.exitCode == 0)
        #expect(plan.output.contains(" of 30 MB available: it would be refused\n"))
    }

    @Test func `a plan or a summary that cannot be printed is an error`() throws {
        let full = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
        for options in [["--dry-run"], ["--dry-run", "--json"], ["--iterations", "0", "--json", "--quiet"]] {
            let outcome = try Command.run(Fixture.sample + options, in: folder, outputStream: full)
            #expect(outcome.exitCode == 73)
            #expect(outcome.errors.hasPrefix("Error: cannot write standard output: No space left on device\n"))
        }
    }

    @Test("a flat painting is told", arguments: [0, 0.4, 1] as [Float])
    func flat(value: Float) throws {
        try folder.writeGrey(value, width: 240, height: 190, to: "flat.png")
        let outcome = try Command.run(
            ["--painting", "flat.png", "--object", Fixture.cupWithAlpha, "--iterations", "1", "--quiet"], in: folder)
        #expect(outcome.exitCode == 0)
        #expect(
            outcome.errors.hasPrefix(
                "Warning: the painting is one flat colour: the object will become the same\nHint: "))
    }

    @Test func `a preview has the painting's size, and is there before the results`() throws {
        let outcome = try Command.run(
            Fixture.sample + ["--iterations", "3,1000000", "--preview-every", "2"], in: folder
        ) {
            $0.awaitFile(folder.path("preview.png"))
            kill($0.processIdentifier, SIGINT)
        }
        #expect(outcome.exitCode == 130)
        #expect(try folder.names == ["preview.png", "stage1.png", "stage2.png"])
        let preview = try folder.image("preview.png"), painting = try Picture.read(Fixture.painting).image
        #expect(preview.size == painting.size)
        // A centred cup: the painting's corner is its own.
        #expect(preview[0, 0] == painting[0, 0] && preview[120, 95] != painting[120, 95])
    }

    @Test func `a smaller size is worked at when asked for, and results have the painting's`() throws {
        let outcome = try Command.run(
            Fixture.sample + ["--iterations", "3", "--size", "120", "--json", "--quiet"], in: folder)
        #expect(try summary(outcome).passes?.map(\.reduction) == [2, 2])
        #expect(try folder.image("stage2.png").size == Size(width: 240, height: 190))
    }

    @Test func `a large painting is worked at at 1000 pixels at most, unless a size or the paper's method is given`()
        throws
    {
        let noise: [Float] = (0..<3 * 1200 * 64).map { i in
            let level = i * 7919 % 256
            return Float(level) / 255
        }
        try Image(width: 1200, height: 64, values: noise).write(to: folder.path("wide.png"))
        func reduction(_ options: [String]) throws -> Int? {
            let pictures = ["--painting", "wide.png", "--object", Fixture.cupWithAlpha, "--scale", "0.4"]
            return try summary(Command.run(pictures + options + ["--dry-run", "--json"], in: folder))
                .passes?.last?.reduction
        }
        #expect(try reduction([]) == 2)
        #expect(try reduction(["--size", "1200"]) == 1)
        #expect(try reduction(["--faithful"]) == 1)
        // A draft has no passes.
        #expect(try reduction(["--quality", "draft"]) == nil)
    }

    @Test("counts start where they make sense", arguments: [("preview-every", 1), ("size", 16), ("max-memory", 1)])
    func refusesCounts(option: String, first: Int) throws {
        try Command.expectFailure(
            Fixture.sample + ["--\(option)", "\(first - 1)"], in: folder, 64,
            "--\(option) starts at \(first), got \(first - 1)", hint: "harmonize --help lists the options")
    }
}
