import Files
import Foundation
import NeuralNet
import TestSupport
import Testing

/// File names are bytes: one that is not UTF-8 survives from the command line to the file.
@Suite struct NonUTF8PathTests {
    /// Latin-1 "é", which is no UTF-8: as an argument has it, as people see it, and as a shell makes it.
    private let e = "\u{10DCE9}", shown = #"\xe9"#, shell = #"E=$(printf '\351')"#

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for (fixture, name) in [(Fixture.painting, "p.png"), (Fixture.cupWithAlpha, "o.png")] {
            try FileManager.default.copyItem(atPath: fixture, toPath: folder.path(name))
        }
    }

    /// The path of a file in the folder, by its name as an argument has it.
    private func path(_ name: String) throws -> FilePath {
        FilePath(folder.path("")).pushing(try #require(FilePath(argument: name)))
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try FileContents.map(path(name)), as: UTF8.self)
    }

    /// Runs the command behind a shell's commands, in which `$E` is the byte and `$0` the program; expects success.
    @discardableResult
    private func run(
        _ setup: String, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Command.Outcome {
        let outcome = try Command.run(arguments, in: folder, setup: "\(shell); \(setup)")
        #expect(outcome.exitCode == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
        return outcome
    }

    private let job = ["--iterations", "1", "--quiet"].joined(separator: " ")

    @Test func `pictures are read and results written`() throws {
        let outcome = try run(
            """
            cp p.png "p$E.png"; mv o.png "o$E.png"; set -- --painting "p$E.png" --object="o$E.png" \(job) --json \
            --output "out$E" --plot "plot$E.svg" --trace "trace$E.json" --compare "side$E.png"
            """)
        for name in ["out\(e)/stage1.png", "out\(e)/stage2.png", "plot\(e).svg", "side\(e).png"] {
            #expect(try path(name).isRegular, "\(name.escapingControls)")
        }
        struct Summary: Decodable {
            let files: [String: String]
        }
        let files = try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8)).files
        #expect(files["plot"] == "plot\(e).svg" && files["stage2"] == "out\(e)/stage2.png")
        #expect(try text("trace\(e).json").contains("\"painting\" : \"p\(e).png\""))
    }

    @Test func `names that differ in such a byte are different files`() throws {
        try run(
            "cp p.png \"p$E.png\"; $0 --painting p.png --object o.png \(job) --output \"r$(printf '\\350')\"; "
                + "set -- --painting p.png --object o.png \(job) --output \"r$E\"")
        #expect(try path("r\(e)/stage2.png").isRegular && path("r\u{10DCE8}/stage2.png").isRegular)
    }

    @Test func `messages show the bytes`() throws {
        let outcome = try Command.run([], in: folder, setup: "\(shell); set -- --painting \"no$E.png\" --object o.png")
        #expect(outcome.exitCode == 66)
        #expect(
            outcome.errors == "Error: no\(shown).png does not exist\nHint: check the path and the folder you are in\n")
        let usage = try Command.run([], in: folder, setup: "\(shell); set -- --painting p.png --object o.png \"x$E\"")
        #expect(usage.exitCode == 64 && usage.errors.contains("x\(shown)"), "\(usage.errors)")
    }

    @Test func `a result does not replace an input under such a name`() throws {
        let outcome = try Command.run(
            [], in: folder,
            setup:
                "\(shell); cp p.png \"p$E.png\"; set -- --painting \"p$E.png\" --object o.png --compare \"./p$E.png\"")
        #expect(outcome.exitCode == 64 && outcome.errors.contains("would replace the file of --painting"))
    }

    @Test func `options are found beside such a painting and in such a user's folder`() throws {
        try run(
            """
            mkdir "d$E" "u$E" "u$E/harmonize"; cp p.png "d$E"; printf 'output = "results"\\n' > "d$E/harmonize.toml"
            printf 'iterations = 0\\nquiet = true\\ntrace = "t.json"\\n' > "u$E/harmonize/harmonize.toml"
            export XDG_CONFIG_HOME="$PWD/u$E"; set -- --painting "d$E/p.png" --object o.png
            """)
        #expect(try path("d\(e)/results/stage2.png").isRegular && path("u\(e)/harmonize/t.json").isRegular)
    }

    @Test func `weights are found in such a folder`() throws {
        let models = try path("m\(e)/harmonize/models")
        try models.makeFolder()
        try Weights.builtIn.write(to: models.appending("vgg16.bin"))
        let list = try run("export XDG_DATA_HOME=\"$PWD/m$E\"; set -- model list")
        #expect(list.output.contains("m\(shown)/harmonize/models/vgg16.bin"))
        let info = try run("set -- model info \"m$E/harmonize/models/vgg16.bin\"")
        #expect(info.output.hasPrefix("source      m\(shown)/harmonize/models/vgg16.bin\n"))
    }

    @Test func `interrupted work goes on from such a checkpoint`() throws {
        let setup = "\(shell); set -- \"$@\" --checkpoint \"work$E\""
        let arguments = Fixture.sample + ["--iterations", "60,200"]
        let first = try Command.run(arguments, in: folder, setup: setup) { kill($0.processIdentifier, SIGINT) }
        #expect(first.exitCode == 130)
        #expect(try path("work\(e)").isRegular)
        let second = try Command.run(arguments, in: folder, setup: setup)
        #expect(
            second.exitCode == 0 && second.errors.contains("going on from work\(shown), after "), "\(second.errors)")
        #expect(try !path("work\(e)").exists)
    }

    @Test func `a file of jobs names such a file by its escapes`() throws {
        try folder.write("painting,object\np.png,o\(e).png\n".utf8, to: "jobs.csv")
        try run("mv o.png \"o$E.png\"; set -- batch jobs.csv \(job) --output out")
        #expect(try path("out/001-o\(e)/stage2.png").isRegular)
    }

    @Test func `a batch works in such a folder, by a program in such a folder, on such files`() throws {
        let outcome = try run(
            """
            mkdir "d$E" "b$E"; cp p.png "d$E"; cp o.png "d$E/o$E.png"; cp "$0" "b$E/hz"; cd "d$E"
            printf 'painting,at\\np.png,"0,0"\\n' > jobs.csv
            exec "../b$E/hz" batch jobs.csv --object "o$E.png" \(job) --output "$PWD/out$E"
            """)
        #expect(outcome.errors.isEmpty)
        #expect(try path("d\(e)/out\(e)/001-o\(e)/stage2.png").isRegular)
        let line = try JSONDecoder().decode(
            BatchFolder.Line.self, from: Data(text("d\(e)/out\(e)/results.jsonl").utf8))
        #expect(line.status == "done" && line.job == "001-o\(e)" && line.files == ["stage1.png", "stage2.png"])
        let again = try run(
            "cd \"d$E\"; set -- batch jobs.csv --object \"o$E.png\" --iterations 1 --output \"out$E\"")
        #expect(again.errors.contains("[1/1] 001-o\(shown)  was done before"), "\(again.errors)")
    }
}
