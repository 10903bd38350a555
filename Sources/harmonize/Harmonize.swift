internal import ArgumentParser
internal import Foundation

/// The command: read, validate, work, write.
struct Harmonize: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "harmonize",
        abstract: "Pastes an object into a painting and repaints it in the painting's own hand.",
        usage: """
            harmonize --painting PAINTING --object OBJECT [--mask MASK] [--at X,Y] [--scale S] [--output DIR]
            harmonize model import FILE.safetensors OUT.bin
            harmonize model info FILE
            """,
        discussion: """
            Writes stage1.png and stage2.png, of the painting's size; around the object they are the painting to the \
            bit. Pictures are PNG or JPEG.
            """,
        version: "0.1.0",
        subcommands: [Model.self])

    @OptionGroup(title: "Pictures") var pictures: PictureOptions
    @OptionGroup(title: "Method") var method: MethodOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    func run() throws { try Job(pictures, method, output).run() }
}

@main
enum Main {
    static func main() {
        Interruption.handle()
        do {
            var command = try Harmonize.parseAsRoot()
            try command.run()
        } catch let error where Harmonize.exitCode(for: error) == .success {
            Harmonize.exit(withError: error)  // help and version
        } catch {
            let report = ErrorReport(error)
            StandardError.write(report.text)
            // What was done until an interruption has been said. The parser may not have got as far as this option.
            if !(error is Interruption), CommandLine.arguments.contains("--json") { Summary(report).print() }
            exit(report.exitCode)
        }
    }
}
