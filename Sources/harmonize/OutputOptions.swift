internal import ArgumentParser
internal import Files
internal import Foundation
internal import Imaging
internal import Plotting

/// Where results go.
struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder that gets the stages; made where it is missing. '-' writes stage 2 to stdout.", valueName: "dir"
        ),
        completion: .directory)
    var output: FilePath = "."
    @Option(
        help: ArgumentHelp(
            "The stages' format. JPEG has 8 bits and is only close to the painting around the object. Default: png.",
            visibility: .expert))
    var format: ImageFormat?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How good a JPEG is, 1 to 100; implies --format jpeg. Default: 95.", valueName: "quality",
            visibility: .expert))
    var jpegQuality: Int?
    @Option(
        help: ArgumentHelp(
            "Write settings and the losses of every evaluation as JSON.", valueName: "file.json", visibility: .expert),
        completion: .file(extensions: ["json"]))
    var trace: FilePath?
    @Option(
        help: ArgumentHelp(
            "Write composite, stage 1 and stage 2 side by side, cropped to the object.", valueName: "file.png"),
        completion: .file(extensions: ["png"]))
    var compare: FilePath?
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
    @Flag(help: "Say what would be done, with what memory and in what time, and stop.") var dryRun = false
    @Flag(
        help: ArgumentHelp(
            "Print a summary on stdout as one line of JSON, also of a failure.", visibility: .expert))
    var json = false
    @Flag(inversion: .prefixedNo, help: "Print nothing but errors and warnings.") var quiet = false

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
        for extra in extras where extra.path == "-" {
            throw ValidationError("--\(extra.option) - names no file; standard output is /dev/stdout")
        }
        if let compare, compare != "/dev/stdout", !["png", "jpg", "jpeg"].contains(compare.ending) {
            throw ValidationError("--compare needs a name that ends in .png, .jpg or .jpeg, got \(compare)")
        }
        if let plot, ChartFormat(path: plot) == nil {
            throw ValidationError("--plot needs a name that ends in .png, .svg or .pdf, got \(plot)")
        }
        if let jpegQuality {
            guard 1...100 ~= jpegQuality else {
                throw ValidationError("--jpeg-quality goes from 1 to 100, got \(jpegQuality)")
            }
            guard stageFormat == .jpeg else {
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

    /// The files of the output folder.
    private var names: [String] {
        isStandardOutput
            ? [] : Stage.allCases.map { $0.fileName(stageFormat) } + (previewEvery == nil ? [] : ["preview.png"])
    }

    /// Whether stage 2 goes to standard output, and nothing into a folder.
    var isStandardOutput: Bool { output == "-" }

    /// The options that write to standard output, where only one thing at a time makes sense.
    private var standardOutputs: [String] {
        (isStandardOutput ? ["--output -"] : []) + (json ? ["--json"] : [])
            + extras.filter { $0.path == "/dev/stdout" }.map { "--\($0.option) \($0.path)" }
    }

    /// The format of the stages.
    var stageFormat: ImageFormat { format ?? (jpegQuality == nil ? .png : .jpeg) }

    /// The quality of a stage that is a JPEG.
    var quality: Int { jpegQuality ?? 95 }

    /// What is written beside the stages, by option.
    var extras: [(option: String, path: FilePath)] {
        [("trace", trace), ("compare", compare), ("plot", plot), ("checkpoint", checkpoint)]
            .compactMap { option, path in path.map { (option, $0) } }
    }

    /// The file of a stage.
    func path(of stage: Stage) -> FilePath { path(stage.fileName(stageFormat)) }

    func path(_ name: String) -> FilePath { FilePath(name).inside(output) }

    /// Finds out, before any work is done, whether the results can be written, and would replace none of `inputs` (by
    /// option) nor one another.
    func check(inputs: [(option: String, path: FilePath)]) throws {
        if isStandardOutput, !dryRun, isatty(STDOUT_FILENO) == 1 { throw TerminalOutput() }
        let results = names.map { (name: $0, file: path($0).realPath) }
        for input in inputs {
            for result in results where result.file == input.path.realPath {
                throw ValidationError("the result \(result.name) would replace the file of --\(input.option)")
            }
            for extra in extras where extra.path.realPath == input.path.realPath {
                throw ValidationError("--\(extra.option) would replace the file of --\(input.option)")
            }
        }
        for extra in extras {
            if let result = results.first(where: { $0.file == extra.path.realPath }) {
                throw ValidationError("--\(extra.option) and the result \(result.name) are the same file")
            }
        }
        for (index, extra) in extras.enumerated() {
            if let other = extras[..<index].first(where: { $0.path.realPath == extra.path.realPath }) {
                throw ValidationError("--\(other.option) and --\(extra.option) are the same file")
            }
        }
        for name in names { try check(path(name)) }
        // The output folder will be there by then.
        for extra in extras {
            try check(extra.path, makingFolders: !isStandardOutput && extra.path.folder.realPath == output.realPath)
        }
    }

    /// Makes the output folder where it is missing.
    func makeFolder() throws { try output.makeFolder() }

    /// A file that exists must be no folder and, unless it will be replaced, writable; of one that does not, the nearest
    /// folder that exists must be writable.
    private func check(_ path: FilePath, makingFolders: Bool = true) throws {
        if path.isFolder { throw FileError.cannotWrite(path: path, reason: "there is a folder of that name") }
        if !path.isReplaceable, path.isWritable { return }
        var folder = path
        repeat {
            folder = folder.folder
            if folder.exists {
                guard folder.isFolder else {
                    throw FileError.cannotWrite(path: path, reason: "\(folder) is not a folder")
                }
                guard folder.isWritable else {
                    throw FileError.cannotWrite(path: path, reason: "the folder \(folder) is not writable")
                }
                return
            }
        } while makingFolders && folder != "." && folder != "/"
        throw FileError.cannotWrite(path: path, reason: "the folder \(folder) does not exist")
    }
}

/// A picture would go to a terminal, where nobody can read it.
struct TerminalOutput: Error {}
