internal import ArgumentParser
internal import Compute
internal import Files
internal import Foundation
internal import Terminal

/// The command: read, validate, work, write.
struct Harmonize: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "harmonize",
        abstract: "Paste an object into a painting and repaint it in the painter's hand.",
        usage: """
            harmonize --painting FILE --object FILE [--mask FILE|--cut] [OPTION ...]
            harmonize cut PHOTO [--box X,Y,W,H] [--output FILE.png] [OPTION ...]
            harmonize studio|batch|model ...
            """,
        discussion: """
            Writes stage1.png and stage2.png, of the painting's size, depth, colour profile and resolution; around the \
            object they are the painting to the bit. Pictures are PNG, JPEG, TIFF, WebP, HEIC or AVIF; '-' reads one \
            from stdin.

              harmonize --painting starry-night.jpg --object cup-with-alpha.png
              harmonize --painting p.jpg --object cup.png --mask m.png --at 420,330
            """,
        version: "0.1.0",
        subcommands: [Batch.self, Cut.self, Model.self, StudioCommand.self, StudioStep.self])

    @OptionGroup(title: "Pictures") var pictures: PictureOptions
    @OptionGroup(title: "Cutting out") var cutting: CutOptions
    @OptionGroup(title: "Method") var method: MethodOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup var configurationFiles: ConfigurationOptions

    func run() throws {
        // Reading and writing pictures keep to the number of threads, too.
        try Parallel.with(threads: method.threads) { try Job(pictures, cutting, method, output).run() }
    }
}

@main
enum Main {
    static func main() {
        Interruption.handle()
        do {
            var command = try Harmonize.parseAsRoot(ProgramArguments.all)
            if let harmonize = command as? Harmonize { command = try harmonize.configured() }
            try command.run()
        } catch {
            leave(after: error)
        }
    }

    /// Prints the error, or the answer to a request for help, and exits.
    private static func leave(after error: any Error) -> Never {
        do {
            guard Harmonize.exitCode(for: error) == .success else { throw error }
            try StandardOutput.write(line: Harmonize.answer(to: error))
            exit(0)
        } catch {
            let report = ErrorReport(error)
            StandardError.write(report.text)
            // These have printed their summary already. The parser may have failed before `--json`.
            if !(error is Interruption || error is JobsFailed), ProgramArguments.all.contains("--json") {
                try? JSONLine.print(JobSummary(report))
            }
            exit(report.exitCode)
        }
    }
}
