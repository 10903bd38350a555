import TestSupport
import Testing

/// What the command says of itself.
@Suite struct HelpTests {
    private func output(_ arguments: String...) throws -> String {
        let outcome = try Command.run(arguments, in: TemporaryFolder())
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        return outcome.output
    }

    @Test func `the version is a line on stdout`() throws {
        #expect(try output("--version").wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
    }

    @Test(
        "help names every option",
        arguments: [
            "--painting", "--object", "--mask", "--loose-mask", "--at", "--scale", "--iterations", "--quality",
            "--style-level",
            "--histogram-range", "--model", "--content-weight", "--style-weight", "--histogram-weight", "--tv-weight",
            "--polish/--no-polish", "--keep-colors", "--match-colors", "--faithful", "--threads", "--output", "--trace",
            "--compare", "--size", "--max-memory", "--preview-every", "--dry-run", "--json",
            "--quiet", "--version", "--help",
        ])
    func listsOptions(option: String) throws {
        let words = try output("--help").split(whereSeparator: \.isWhitespace)
        #expect(words.contains { $0 == option })
    }

    @Test func `the model commands have help of their own`() throws {
        #expect(try output("model", "--help").contains("import"))
        #expect(try output("model", "import", "--help").contains("<file.safetensors> <out.bin>"))
        #expect(try output("help", "model", "info").contains("<file>"))
    }

    @Test func `help fits a terminal of 80 columns`() throws {
        // The usage lines are written by hand and stand unbroken.
        let lines = try output("--help").split(separator: "\n").filter { !$0.contains("harmonize --painting") }
        #expect(lines.filter { $0.count > 80 } == [])
    }
}
