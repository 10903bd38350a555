import Foundation
import TestSupport
import Testing

/// What the command says of itself.
@Suite(.timeLimit(.minutes(60))) struct HelpTests {
    private func output(_ arguments: String...) throws -> String {
        let outcome = try Command.run(arguments, in: TemporaryFolder())
        #expect(outcome.exitCode == 0)
        #expect(outcome.errors == "")
        return outcome.output
    }

    @Test func `the version is a line on stdout`() throws {
        #expect(try output("--version").wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
    }

    /// The options that most need, which `--help` shows.
    private static let common: Set = [
        "painting", "object", "mask", "cut", "at", "scale", "rotate", "flip", "quality", "style-level", "detail",
        "keep-colors",
        "no-keep-colors", "model",
        "output", "compare", "dry-run", "quiet", "no-quiet", "config", "version", "help",
    ]

    /// The long names of all options, as the parser itself lists them.
    private func everyOption() throws -> Set<String> {
        struct Dump: Decodable {
            struct Command: Decodable { let arguments: [Argument] }
            struct Argument: Decodable { let names: [Name]? }
            struct Name: Decodable { let kind, name: String }
            let command: Command
        }
        let dump = try JSONDecoder().decode(Dump.self, from: Data(output("--experimental-dump-help").utf8))
        return Set(dump.command.arguments.flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map(\.name))
            // Of earlier versions, for whoever still gives it.
            .subtracting(["no-polish"])
    }

    /// The options in a text, without their dashes.
    private func options(_ text: String) -> Set<String> {
        Set(text.split { $0.isWhitespace || $0 == "/" }.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) })
    }

    @Test func `help names the options that most need, on a screen, and the way to the others`() throws {
        let help = try output("--help")
        #expect(try options(help).intersection(everyOption()) == Self.common)
        #expect(help.split(separator: "\n", omittingEmptySubsequences: false).count <= 60)
        #expect(help.hasSuffix("\n  See 'harmonize --help-hidden' for every option.\n"))
    }

    @Test func `the long help names every option`() throws {
        let every = try everyOption()
        #expect(every.isSuperset(of: Self.common) && every.count > Self.common.count)
        #expect(try every.subtracting(options(output("--help-hidden"))) == [])
    }

    @Test("completions name every option", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let script = try output("--generate-completion-script", shell)
        for name in try everyOption() {
            // fish has no dashes before long names.
            let pattern = shell == "fish" ? " -l '\(name)'" : "--\(name)(?![a-z-])"
            #expect(try script.contains(Regex(pattern)), "\(name)")
        }
        #expect(script.contains("expressionist"))
    }

    @Test func `the batch command has help of its own`() throws {
        let help = try output("batch", "--help")
        #expect(options(help).isSuperset(of: ["jobs", "shard", "force", "output", "painting"]))
        #expect(help.split(separator: "\n").filter { $0.count > 80 } == [])
    }

    @Test func `the cut command has help of its own`() throws {
        let help = try output("cut", "--help")
        #expect(options(help).isSuperset(of: ["box", "keep", "drop", "output", "max-pixels", "json", "quiet"]))
        #expect(help.contains("<photo>") && !options(help).contains("painting"))
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
