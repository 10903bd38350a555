internal import ArgumentParser
internal import Files
internal import Foundation
internal import Imaging
internal import Plotting

/// The options of the results: files, formats and summary.
struct OutputOptions: ParsableArguments {
    @Option(
        name: .customLong("output"),
        help: ArgumentHelp(
            "The folder for the stages. '-' writes stage 2 to stdout.", valueName: "dir"),
        completion: .directory)
    var given: FilePath = "."
    @Option(
        help: ArgumentHelp(
            "The stages' format. JPEG and AVIF are only close to the painting around the object; JPEG and WebP have "
                + "8 bits. Default: png.", visibility: .expert))
    var format: ImageFormat?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How good a JPEG, AVIF or WebP is, 1 to 100; implies --format jpeg. Default: 95; WebP loses nothing.",
            valueName: "quality",
            visibility: .expert))
    var jpegQuality: Int?
    @Option(
        help: ArgumentHelp(
            "Write settings and the losses of every evaluation as JSON.", valueName: "file.json", visibility: .expert),
        completion: .file(extensions: ["json"]))
    var trace: FilePath?
    @Option(
        help: ArgumentHelp(
            "Write composite and stages side by side.", valueName: "file.png"),
        completion: .written)
    var compare: FilePath?
    @Option(
        help: ArgumentHelp(
            "Write what stage 2 has of its own as a layer: transparent where it is the painting.",
            valueName: "file.png", visibility: .expert),
        completion: .written)
    var layer: FilePath?
    @Option(
        help: ArgumentHelp(
            "Write stage 2 to this file, too: as a picture, or with all layers for Krita and GIMP (.ora, OpenRaster).",
            valueName: "file", visibility: .expert),
        completion: .file(extensions: ImageFormat.writable.flatMap(\.endings) + [OpenRaster.ending]))
    var outputFile: FilePath?
    @Option(
        help: ArgumentHelp(
            "Draw the losses of every evaluation, as PNG, SVG or PDF by the name's end.", valueName: "file.png",
            visibility: .expert),
        completion: .file(extensions: ["png", "svg", "pdf"]))
    var plot: FilePath?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Rewrite preview.png in the output folder every so many evaluations.", valueName: "n", visibility: .expert))
    var previewEvery: Int?
    @Option(
        help: ArgumentHelp(
            "Keep in this file how far the work has come: the same command goes on from there. Gone when it is done.",
            visibility: .expert),
        completion: .file())
    var checkpoint: FilePath?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Write the checkpoint every so many evaluations, and when interrupted.", valueName: "n",
            visibility: .expert))
    var checkpointEvery = 50
    @Flag(help: "Say what would be done, and in what time; stop.") var dryRun = false
    @Flag(
        help: ArgumentHelp(
            "Print a summary on stdout as one line of JSON, also of a failure.", visibility: .expert))
    var json = false
    @Flag(
        name: .customLong("progress-json"),
        help: ArgumentHelp(
            "Tell the progress on stderr in lines of JSON: the part that is done, the seconds left and the step.",
            visibility: .expert))
    var progressJSON = false
    @Flag(inversion: .prefixedNo, help: "Print only errors, warnings.") var quiet = false

    func validate() throws {
        guard !output.isEmpty else { throw ValidationError("--output needs the name of a folder") }
        guard previewEvery ?? 1 >= 1 else {
            throw ValidationError("--preview-every starts at 1, got \(previewEvery ?? 0)")
        }
        guard checkpointEvery >= 1 else {
            throw ValidationError("--checkpoint-every starts at 1, got \(checkpointEvery)")
        }
        for extra in extras where extra.path.isEmpty {
            throw ValidationError("--\(extra.option) needs the name of a file")
        }
        for extra in extras where extra.path.namesFolder {
            let folder = extra.path.withoutSlash
            throw ValidationError("--\(extra.option) needs the name of a file, got a folder's: \(folder)/")
        }
        for extra in extras where extra.path == "-" {
            throw ValidationError("--\(extra.option) - names no file; standard output is /dev/stdout")
        }
        if let compare, compare != "/dev/stdout" {
            try ImageFormat.checkName("compare", compare, among: ImageFormat.writable)
        }
        if let layer, layer != "/dev/stdout" {
            try ImageFormat.checkName("layer", layer, among: ImageFormat.writable.filter(\.hasAlpha))
        }
        if let outputFile, outputFile != "/dev/stdout", outputFile.ending != OpenRaster.ending {
            try ImageFormat.checkName("output-file", outputFile, among: ImageFormat.writable, or: [OpenRaster.ending])
        }
        if let plot, ChartFormat(path: plot) == nil {
            throw ValidationError("--plot needs a name that ends in .png, .svg or .pdf, got \(plot)")
        }
        if let jpegQuality {
            guard 1...100 ~= jpegQuality else {
                throw ValidationError("--jpeg-quality goes from 1 to 100, got \(jpegQuality)")
            }
            guard stageFormat.hasQuality else {
                throw ValidationError("--jpeg-quality has no meaning with --format \(stageFormat.rawValue)")
            }
        }
        guard previewEvery == nil || !isStandardOutput else {
            throw ValidationError("--preview-every needs a folder, and --output - names none")
        }
        guard dryRun || standardOutputs.count <= 1 else {
            throw ValidationError("\(standardOutputs[0]) and \(standardOutputs[1]) both write to standard output")
        }
    }

    /// The folder for the stages, or `-`.
    var output: FilePath { given.withoutSlash }

    /// Whether stage 2 goes to standard output, and nothing into a folder.
    var isStandardOutput: Bool { output == "-" }

    /// The options that write to standard output; more than one is an error.
    private var standardOutputs: [String] {
        (isStandardOutput ? ["--output -"] : []) + (json ? ["--json"] : [])
            + extras.filter { $0.path == "/dev/stdout" }.map { "--\($0.option) \($0.path)" }
    }

    /// The format of the stages.
    var stageFormat: ImageFormat { format ?? (jpegQuality == nil ? .png : .jpeg) }

    /// The quality of the stages, 1 to 100; nil for that of their format.
    var quality: Int? { jpegQuality }

    /// The options of the additional files.
    static let extraOptions = ["trace", "compare", "layer", "output-file", "plot", "checkpoint"]

    /// The additional files, by option.
    var extras: [(option: String, path: FilePath)] {
        zip(Self.extraOptions, [trace, compare, layer, outputFile, plot, checkpoint]).compactMap { option, path in
            path.map { (option, $0) }
        }
    }

    /// The files that are written.
    var files: OutputFiles {
        OutputFiles(
            folder: isStandardOutput ? nil : output, format: stageFormat, hasPreview: previewEvery != nil,
            extras: extras)
    }

    /// Throws unless all results can be written and would replace none of `inputs` (by option) nor one another.
    func check(inputs: [(option: String, path: FilePath)]) throws {
        if isStandardOutput, !dryRun, isatty(STDOUT_FILENO) == 1 { throw TerminalOutput() }
        try files.check(inputs: inputs)
    }
}

/// A picture cannot be written to a terminal.
struct TerminalOutput: Reportable {
    var report: ErrorReport {
        ErrorReport(
            "--output - would write a picture to the terminal",
            hint: "redirect it, as in '> stage2.png', or name a folder", .usage)
    }
}
