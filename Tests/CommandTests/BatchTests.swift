import Foundation
import Imaging
import TestSupport
import Testing

/// Many jobs from a file.
@Suite(.timeLimit(.minutes(60))) struct BatchTests {
    private let jobs: BatchFolder

    init() throws { jobs = try BatchFolder() }

    // MARK: Jobs

    @Test func `a failure stops no other job, and is listed`() throws {
        try jobs.write("name,object,at", "one,,", "two,missing.png,", "three,,x", "four,,\"5000,0\"", "five,,\"10,-5\"")
        let outcome = try jobs.batch("--iterations", "0")
        #expect(outcome.exitCode == 1)
        let lines = try jobs.lines().sorted { $0.row < $1.row }
        #expect(lines.map(\.job) == ["one", "two", "three", "four", "five"])
        #expect(lines.map(\.status) == ["done", "failed", "failed", "failed", "done"])
        #expect(lines.map(\.exitCode) == [nil, 66, 65, 64, nil])
        #expect(lines.map(\.row) == [1, 2, 3, 4, 5])
        #expect(lines[0].files == ["stage1.png", "stage2.png"])
        #expect(lines[4].summary?.settings?.at == [10, -5])
        for name in ["one", "five"] {
            #expect(try jobs.folder.image("out/\(name)/stage2.png").size == Size(width: 240, height: 190))
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

    @Test(
        "a folder that Windows cannot have is a warning",
        arguments: ["CON", "aux.txt", "com1", "a:b", "what?", "end.", "LPT9.x"])
    func warnsOfNames(name: String) throws {
        try jobs.write("name", "fine", "\"\(name)\"", "<other>")
        let outcome = try jobs.batch("--iterations", "0", "--dry-run")
        #expect(outcome.exitCode == 0)
        #expect(
            outcome.errors == """
                Warning: the folder of job '\(name)' cannot be copied to Windows
                Hint: names are fine there without < > : " \\ | ? *, a dot or a space at the end, and devices' names \
                such as CON and NUL

                """)
        try jobs.write("name", "CONTENT", "com10", "a.b", "nul-1", "lpt")
        #expect(try jobs.batch("--iterations", "0", "--dry-run").errors == "")
    }

    @Test func `a job's own options count more than those for all, flags too`() throws {
        try jobs.write("iterations,faithful,keep-colors", ",yes,", "2,,TRUE", "\"1,3\",no,0")
        #expect(try jobs.batch("--iterations", "0", "--quiet", "--keep-colors").errors == "")
        let settings = try jobs.lines().sorted { $0.row < $1.row }.compactMap(\.summary?.settings)
        #expect(settings.map(\.iterations) == [[0, 0], [2, 2], [1, 3]])
        #expect(settings.map(\.faithful) == [true, false, false])
        #expect(settings.map(\.keepColors) == [true, true, false])
        #expect(try jobs.lines().allSatisfy { $0.summary?.passes?.first?.reduction == 4 })
    }

    @Test(
        "JSON says the same",
        arguments: [
            #"[{"iterations": [0, 1], "at": [3, -4], "faithful": false, "name": "a"}, {"scale": 0.5, "mask": null}]"#,
            """
            {"iterations": [0, 1], "at": "3,-4", "faithful": false, "name": "a"}

            {"scale": 0.5}
            """,
        ])
    func json(text: String) throws {
        try jobs.folder.write(text.utf8, to: "jobs.json")
        #expect(try jobs.batch("--iterations", "0", file: "jobs.json").exitCode == 0)
        #expect(try jobs.done() == ["002-cup", "a"])
        let settings = try #require(try jobs.lines().first { $0.job == "a" }?.summary?.settings)
        #expect(settings.at == [3, -4] && settings.iterations == [0, 1])
    }

    @Test func `paths in the file start at its folder, and what a job writes goes to its own`() throws {
        try jobs.folder.makeFolder("art")
        try jobs.folder.makeFolder("out")
        try FileManager.default.moveItem(
            atPath: jobs.folder.path("cup.png"), toPath: jobs.folder.path("art/my cup.png"))
        try jobs.folder.write("\u{FEFF}object;at;compare\r\nmy cup.png;1,2;cmp.png\r\n".utf8, to: "art/jobs.csv")
        #expect(try jobs.batch("--iterations", "1", "--plot", "losses.svg", file: "art/jobs.csv").exitCode == 0)
        #expect(try jobs.lines().first?.job == "001-my cup")
        #expect(try jobs.lines().first?.files == ["cmp.png", "losses.svg", "stage1.png", "stage2.png"])
        #expect(try jobs.folder.names.isSuperset(of: ["out/001-my cup/cmp.png", "out/001-my cup/losses.svg"]))
    }

    @Test func `two jobs do not write the same file`() throws {
        try jobs.write("name", "a", "b")
        let outcome = try jobs.batch("--iterations", "0", "--compare", jobs.folder.path("x.png"))
        #expect(outcome.exitCode == 1)
        #expect(outcome.errors.contains("  b: jobs.csv:3: \(jobs.folder.path("x.png")) is a file of a as well\n"))
        #expect(try jobs.done() == ["a"])
    }

    @Test func `--json sums up on stdout`() throws {
        try jobs.write("name,at", "a,", "b,x")
        let outcome = try jobs.batch("--iterations", "0", "--json", "--quiet")
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
        try jobs.write("name", "a")
        let settings = { try jobs.lines().compactMap(\.summary?.settings?.iterations) }
        try jobs.folder.write("iterations = 1\n".utf8, to: "harmonize.toml")
        #expect(try jobs.batch().exitCode == 0)
        #expect(try settings() == [[1, 1]])
        try jobs.folder.write("iterations = 2\n".utf8, to: "harmonize.toml")
        #expect(try jobs.batch().exitCode == 0)
        #expect(try settings() == [[1, 1], [2, 2]])
        #expect(try jobs.batch("--no-config", "--iterations", "0").exitCode == 0)
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
            ("name,at\na\n", "jobs.csv:2: there is 1 cell under 2 columns", "leave cells empty, but not out"),
            (
                "name\na,b\n", "jobs.csv:2: there are 2 cells under 1 column",
                "put cells with commas in quotes: \"420,330\""
            ),
            ("name\n\"a\n", "jobs.csv:2: a quote is never closed", "close it; a quote in a cell is written twice"),
            ("name\n", "jobs.csv holds no jobs", form), ("", "jobs.csv holds no jobs", form),
            ("[]", "jobs.csv holds no jobs", form),
            ("name\na/b\n", "jobs.csv:2: 'a/b' cannot name a job", names),
            ("name\n..\n", "jobs.csv:2: '..' cannot name a job", names),
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
        try jobs.folder.write(text.utf8, to: "jobs.csv")
        let outcome = try jobs.batch()
        #expect(outcome.errorLines.first.map(String.init) == "Error: \(error)")
        if let hint { #expect(outcome.errorLines.last.map(String.init) == "Hint: \(hint)") }
        #expect(outcome.errorLines.count == 2)
        #expect(outcome.exitCode == 65)
        #expect(try jobs.folder.names == ["jobs.csv", "p.png", "cup.png"])
    }

    private static let form = "write a line of option names, and one for each job below"
    private static let names = "the name becomes a folder's: no slash, no dot in front, at most 200 bytes"

    /// A job with arrays in each other, which takes a decoder seconds to be sure of.
    private static let nested = "[{\"at\": \(String(repeating: "[", count: 400))\(String(repeating: "]", count: 400))}]"

    @Test func `files that are not there or no text are refused`() throws {
        try Command.expectFailure(
            ["batch", "none.csv"], in: jobs.folder, 66, "none.csv does not exist",
            hint: "check the path and the folder you are in")
        try Command.expectFailure(
            ["batch", "p.png"], in: jobs.folder, 65, "p.png is not text in UTF-8", hint: "save it as CSV in UTF-8")
    }

    @Test(
        "options of the batch are checked",
        arguments: [
            (["--jobs", "0"], "--jobs starts at 1, got 0"),
            (["--shard", "5/4"], "The value '5/4' is invalid for '--shard <i/n>'"),
        ])
    func refusesOptions(arguments: [String], error: String) throws {
        try Command.expectFailure(
            ["batch", "jobs.csv"] + arguments, in: jobs.folder, 64, error, hint: "harmonize --help lists the options")
    }
}
