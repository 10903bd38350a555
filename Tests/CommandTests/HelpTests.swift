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

    private static let common = [
        "--painting", "--object", "--mask", "--at", "--scale", "--quality", "--style-level",
        "--keep-colors/--no-keep-colors", "--model", "--output", "--compare", "--dry-run", "--quiet/--no-quiet",
        "--config",
        "--version",
        "--help",
    ]
    private static let expert = [
        "--loose-mask", "--iterations", "--polish/--no-polish", "--match-colors", "--faithful/--no-faithful",
        "--optimizer", "--histogram-range", "--content-weight", "--style-weight", "--histogram-weight", "--tv-weight",
        "--threads",
        "--trace", "--plot", "--format", "--jpeg-quality", "--size", "--max-memory", "--max-pixels", "--preview-every",
        "--json",
        "--no-config",
    ]

    private func words(_ text: String) -> Set<Substring> { Set(text.split(whereSeparator: \.isWhitespace)) }

    @Test func `help names the options that most need, on a screen, and the way to the others`() throws {
        let help = try output("--help")
        let words = words(help)
        #expect(Self.common.filter { !words.contains($0[...]) } == [])
        #expect(Self.expert.filter { words.contains($0[...]) } == [])
        #expect(help.split(separator: "\n", omittingEmptySubsequences: false).count <= 60)
        #expect(help.hasSuffix("\n  See 'harmonize --help-hidden' for every option.\n"))
    }

    @Test func `the long help names every option`() throws {
        let words = try words(output("--help-hidden"))
        #expect((Self.common + Self.expert).filter { !words.contains($0[...]) } == [])
    }

    @Test("completions name every option", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let script = try output("--generate-completion-script", shell)
        for option in (Self.common + Self.expert).flatMap({ $0.split(separator: "/") }) {
            let name = option.dropFirst(2)
            // fish has no dashes before long names.
            let isThere = shell == "fish" ? script.contains(" -l '\(name)'") : script.contains("--\(name)")
            #expect(isThere, "\(option)")
        }
        #expect(script.contains("expressionist"))
    }

    @Test func `the batch command has help of its own`() throws {
        let help = try output("batch", "--help")
        #expect(
            ["--jobs", "--shard", "--force", "--output", "--painting"].filter { !words(help).contains($0[...]) } == [])
        #expect(help.split(separator: "\n").filter { $0.count > 80 } == [])
    }

    @Test func `the model commands have help of their own`() throws {
        #expect(try output("model", "--help").contains("import"))
        #expect(try output("model", "import", "--help").contains("<file.safetensors> <out.bin>"))
        #expect(try output("help", "model", "info").contains("<file>"))
        #expect(try output("model", "fetch", "--help").contains("<name>"))
    }

    @Test func `help fits a terminal of 80 columns`() throws {
        let lines = try output("--help-hidden").split(separator: "\n")
        #expect(lines.filter { $0.count > 80 } == [])
    }
}
