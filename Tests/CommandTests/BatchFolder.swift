import Foundation
import TestSupport

/// A folder with a painting, an object, and jobs on them.
struct BatchFolder {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for (fixture, name) in [(Fixture.painting, "p.png"), (Fixture.cupWithAlpha, "cup.png")] {
            try FileManager.default.copyItem(atPath: fixture, toPath: folder.path(name))
        }
    }

    /// A line of `results.jsonl`.
    struct Line: Decodable {
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
            let faithful, keepColors: Bool
            let at: [Int]?
            let iterations: [Int]
        }
        struct Pass: Decodable {
            let reduction: Int
        }
    }

    func lines() throws -> [Line] {
        try folder.text("out/results.jsonl").split(separator: "\n").map {
            try JSONDecoder().decode(Line.self, from: Data($0.utf8))
        }
    }

    /// The names of the jobs that are recorded as done, as often as they are.
    func done() throws -> [String] { try lines().filter { $0.status == "done" }.map(\.job).sorted() }

    /// Jobs that take as little as a job can: `rows` under the columns.
    func write(_ columns: String = "name,iterations", _ rows: String..., to name: String = "jobs.csv") throws {
        try folder.write((columns + "\n" + rows.joined(separator: "\n") + "\n").utf8, to: name)
    }

    let small = ["--size", "60", "--painting", "p.png", "--object", "cup.png"]

    func batch(
        _ arguments: String..., file: String = "jobs.csv", environment: [String: String] = [:],
        interruption: ((Process) -> Void)? = nil
    ) throws -> Command.Outcome {
        try Command.run(
            ["batch", file, "--output", "out"] + small + arguments, in: folder, environment: environment,
            interruption: interruption)
    }
}
