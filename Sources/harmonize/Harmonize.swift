internal import ArgumentParser
internal import Foundation
internal import Harmonization
internal import Imaging
internal import NeuralNet

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

    func run() throws {
        let settings = method.settings()
        let files = try pictures.required()
        try output.check(inputs: files.inputs + (method.model.map { [("model", $0)] } ?? []))
        let network = try method.network()
        let (painting, object) = try files.read { StandardError.write($0) }

        let progress = ProgressLine(quiet: output.quiet)
        let result = try Harmonizer(network: network.network, settings: settings).harmonize(painting, with: object) {
            progress.show($0)
        }
        try output.makeFolder()
        // One after the other: each has the size of the painting.
        try result.stage1.write(to: output.path("stage1.png"))
        try result.stage2.write(to: output.path("stage2.png"))
        if let path = output.compare {
            try Comparison.sideBySide(object, result).write(to: path)
        }
        if let path = output.trace {
            let trace = Trace(
                settings: Trace.Settings(files, settings, styleLevel: result.styleLevel), model: network.description,
                tapScale: result.tapScale, passes: result.passes)
            try trace.write(to: path)
        }
        progress.say("wrote \(output.path("stage1.png")) and \(output.path("stage2.png"))")
    }
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
            exit(report.exitCode)
        }
    }
}
