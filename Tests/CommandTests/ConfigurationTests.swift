import Foundation
import TestSupport
import Testing

/// Options from harmonize.toml.
@Suite(.timeLimit(.minutes(60))) struct ConfigurationTests {
    private let folder: TemporaryFolder

    /// A working folder with the painting in a folder of its own, as in that of a user.
    init() throws {
        folder = try TemporaryFolder()
        for name in ["art", "user", "user/harmonize"] { try folder.makeFolder(name) }
        try folder.write(Fixture.bytes("painting.png"), to: "art/p.png")
    }

    private static let user = "user/harmonize/harmonize.toml", beside = "art/harmonize.toml"
    private static let sample = ["--painting", "art/p.png", "--object", Fixture.cup, "--mask", Fixture.mask]
    private static let list = "harmonize --help-hidden lists the options"

    private func write(_ lines: String..., to name: String) throws {
        try folder.write(lines.joined(separator: "\n").utf8, to: name)
    }

    private func run(_ arguments: [String]) throws -> Command.Outcome {
        try Command.run(arguments, in: folder, userFolder: folder.path("user"))
    }

    /// The settings that `arguments` and the files amount to.
    private func settings(_ arguments: [String] = sample) throws -> TraceFile.Settings {
        let outcome = try run(arguments + ["--iterations", "0", "--size", "60", "--quiet", "--trace", "trace.json"])
        #expect(outcome.exitCode == 0, "\(outcome.errors)")
        return try TraceFile(folder.path("trace.json")).settings
    }

    private func expectFailure(
        _ exitCode: Int32, _ error: String, hint: String, _ arguments: [String] = sample,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let outcome = try run(arguments)
        #expect(outcome.errors == "Error: \(error)\nHint: \(hint)\n", sourceLocation: sourceLocation)
        #expect(outcome.exitCode == exitCode, sourceLocation: sourceLocation)
        #expect(try !folder.names.contains { $0.hasPrefix("stage") }, sourceLocation: sourceLocation)
    }

    @Test func `the command line counts before the painting's file, and that before the user's`() throws {
        try write(
            "style-level = 2", "match-colors = 0.25", "scale = 0.5", "detail = 1", "keep-colors = true",
            to: Self.user)
        try write("style-level = \"realist\"", "match-colors = 0.75", "keep-colors = false", to: Self.beside)
        let settings = try settings(Self.sample + ["--match-colors", "1", "--detail", "0.25"])
        #expect(settings.scale == 0.5)
        #expect(settings.styleLevel == 1)
        #expect(settings.matchColors == 1)
        #expect(settings.detail == 0.25)
        #expect(!settings.keepColors)
    }

    @Test func `values are numbers, texts, arrays and truths`() throws {
        try write(
            "# a comment", "at = [-3, 20]", "scale = 1", "style-level = '5'", "'histogram-range' = \"own\"",
            "faithful = true", to: Self.beside)
        let settings = try settings()
        #expect(settings.at == [-3, 20])
        #expect(settings.scale == 1)
        #expect(settings.styleLevel == 5)
        #expect(settings.histogramRange == "own")
        #expect(settings.faithful)
    }

    @Test func `paths in a file start at its folder`() throws {
        try folder.write(Fixture.bytes("cup.png"), to: "art/cup.png")
        try folder.write(Fixture.bytes("cup-mask.png"), to: "user/harmonize/mask.png")
        try write("painting = \"../../art/p.png\"", "mask = \"mask.png\"", to: Self.user)
        try write("object = \"cup.png\"", "output = \"results\"", to: Self.beside)
        let settings = try settings([])
        #expect(settings.object.hasSuffix("/art/cup.png"))
        #expect(try folder.names.isSuperset(of: ["art/results/stage1.png", "art/results/stage2.png"]))
    }

    @Test func `a file that is named is read instead of the others`() throws {
        try write("scale = 0.5", to: Self.user)
        try write("match-colors = 0.25", to: Self.beside)
        try write("style-level = 3", "at = \"7,8\"", to: "mine.toml")
        let settings = try settings(Self.sample + ["--config", "mine.toml"])
        #expect(settings.scale == 1)
        #expect(settings.matchColors == 0.5)
        #expect(settings.styleLevel == 3)
        #expect(settings.at == [7, 8])
    }

    @Test func `files that are not asked for stay unread`() throws {
        try write("this is no TOML", to: Self.beside)
        try expectFailure(
            64, "--config and --no-config exclude each other", hint: "harmonize --help lists the options",
            Self.sample + ["--config", "mine.toml", "--no-config"])
        #expect(try run(Self.sample + ["--help"]).exitCode == 0)
        #expect(try settings(Self.sample + ["--no-config"]).scale == 1)
    }

    @Test func `unknown keys are errors that name the nearest`() throws {
        try write("scale = 0.5", "", "  style_levle = 3", to: Self.beside)
        try expectFailure(
            65, "art/harmonize.toml:3: there is no option 'style_levle'", hint: "did you mean 'style-level'?")
        try write("method.scale = 0.5", to: Self.beside)
        try expectFailure(65, "art/harmonize.toml:1: there is no option 'method'", hint: Self.list)
        try write("something-else-altogether = 0.5", to: Self.beside)
        try expectFailure(
            65, "art/harmonize.toml:1: there is no option 'something-else-altogether'", hint: Self.list)
        try write("config = \"other.toml\"", to: Self.beside)
        try expectFailure(
            65, "art/harmonize.toml:1: 'config' has no place in a file", hint: "give it on the command line")
    }

    @Test func `values of a wrong type are errors`() throws {
        try write("scale = 1", "keep-colors = \"yes\"", to: Self.beside)
        try expectFailure(
            65, "art/harmonize.toml:2: 'keep-colors' is either true or false", hint: "write keep-colors = true")
        for value in ["true", "1979-05-27", "[[1, 2]]"] {
            try write("at = \(value)", to: Self.beside)
            try expectFailure(
                65, "art/harmonize.toml:1: 'at' takes a number, a text or an array of these",
                hint: "write at = and the value, texts in quotes")
        }
    }

    @Test func `values that an option refuses are errors of the file`() throws {
        try write("at = [1]", to: Self.beside)
        try expectFailure(65, "art/harmonize.toml:1: The value '1' is invalid for '--at <x,y>'", hint: Self.list)
        try write("", "style-level = 11", to: Self.beside)
        try expectFailure(65, "art/harmonize.toml:2: --style-level goes from 1 to 10, got 11.0", hint: Self.list)
    }

    @Test func `what is no TOML is an error with its place`() throws {
        let hint = "write one option a line: style-level = \"expressionist\""
        try write("scale = 1", "at = 1,2", to: Self.beside)
        let outcome = try run(Self.sample)
        #expect(outcome.exitCode == 65)
        #expect(outcome.errorLines.first?.hasPrefix("Error: art/harmonize.toml:2:7: ") == true, "\(outcome.errors)")
        #expect(outcome.errorLines.last == "Hint: \(hint)")
        for table in ["[method]", "[", "[[", "[ ! ]", " \t[ [", "[[[a]]]", "[\n \"a\"]", "[ \r]"] {
            try write("scale = 1", table, to: Self.beside)
            try expectFailure(65, "art/harmonize.toml:2:1: a table has no place here", hint: hint)
        }
        for (value, sign) in [
            ("{ x = 1 }", "'{'"), ("[ }", "'}'"), ("[[\"]\", '{'], # {\n }", "'}'"),
            ("[\"\"\"\n\\\"{\"\"\"\"\", }", "'}'"),
            ("\u{A0}1", "a character"), ("1\r", "a character"),
        ] {
            try write("scale = 1", "at = \(value)", to: Self.beside)
            let line = 2 + value.count { $0 == "\n" }
            try expectFailure(
                65, "art/harmonize.toml:\(line):1: \(sign) has no place here outside texts and comments", hint: hint)
        }
        try write("at = [1, 2]]", to: Self.beside)
        try expectFailure(65, "art/harmonize.toml:1:1: ']' has no place here outside an array", hint: hint)
        for bytes in [[0x61, 0xFF, 0x0A], [0x23, 0x00]] as [[UInt8]] {
            try folder.write(bytes, to: Self.beside)
            try expectFailure(65, "art/harmonize.toml is not text in UTF-8", hint: "save it as UTF-8")
        }
    }

    @Test func `brackets in texts and comments open and close nothing`() throws {
        try write(
            "\u{FEFF}scale = \"\"\"\n0.5\\\n\"\"\"", "at = [ # }\n 3, 4] # [", "output = '}'",
            to: Self.beside)
        let settings = try settings()
        #expect(settings.scale == 0.5 && settings.at == [3, 4])
        #expect(try folder.names.contains("art/}/stage1.png"))
    }

    @Test func `a file that is named must be there`() throws {
        try expectFailure(
            66, "none.toml does not exist", hint: "check the path and the folder you are in",
            Self.sample + ["--config", "none.toml"])
        try expectFailure(
            66, "cannot read art", hint: "give a file you may read, or --no-config", Self.sample + ["--config", "art"])
    }
}
