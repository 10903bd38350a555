internal import ArgumentParser
internal import Compute
internal import Files
internal import Foundation
internal import Imaging
internal import Studio
internal import Terminal

/// An object cut out of a photograph: `harmonize cut PHOTO`.
struct Cut: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut", abstract: "Cut an object out of a photograph.",
        usage: "harmonize cut PHOTO [--box X,Y,W,H] [--output FILE.png] [OPTION ...]",
        discussion: """
            Writes a PNG (or TIFF, WebP, AVIF: by the name) of the photograph's size, depth and colour profile, whose \
            alpha is the object's shape, for --object. The box holds the object with some background around it; \
            strokes in masks of the photograph's size say where more is known.

              harmonize cut cup.jpg --box 80,60,340,340 --output cup.png
              harmonize cut cup.jpg --keep handle.png --drop shadow.png
            """)

    @ParentCommand var root: Harmonize

    @Argument(
        help: ArgumentHelp("The photograph; '-' is stdin.", valueName: "photo"), completion: .picture)
    var photograph: FilePath
    @OptionGroup(title: "Cutting out") var cutting: CutOptions
    /// The studio's strokes, in place of two masks.
    @Option(help: .private) var strokes: FilePath?
    // For the help: these are taken by the root command, which has options of the same names.
    @Option(
        name: .customLong("output"),
        help: ArgumentHelp(
            "The file to write, or a folder; '-' is stdout. Default: cutout.png.", valueName: "file.png"),
        completion: .written)
    var shownOutput: String?
    @Option(
        name: .customLong("max-pixels"),
        help: ArgumentHelp("Refuse pictures with more pixels. Default: 400M.", valueName: "n"))
    var shownLimit: String?
    @Option(
        name: .customLong("threads"),
        help: ArgumentHelp("Threads that work at a time. Default: one for each core.", valueName: "n"))
    var shownThreads: Int?
    @Flag(name: .customLong("json"), help: "Print a summary on stdout as one line of JSON, also of a failure.")
    var shownJSON = false
    @Flag(name: .customLong("quiet"), help: "Print nothing but errors and warnings.") var shownQuiet = false

    /// The options that have a meaning here.
    private static let own: Set = [
        "box", "keep", "drop", "output", "max-pixels", "threads", "json", "quiet", "no-quiet",
    ]

    /// The name of the file where none is given.
    private static let defaultName = "cutout.png"

    func validate() throws {
        guard photograph != "" else { throw ValidationError("the photograph needs the name of a file") }
        for argument in ProgramArguments.all.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
            let name = String(argument.dropFirst(2).prefix { $0 != "=" })
            if Harmonize.longOptions.contains(name), !Self.own.contains(name) {
                throw ValidationError("--\(name) has no meaning for 'harmonize cut'")
            }
        }
    }

    func run() throws {
        let start = WorkClock.now
        try Parallel.with(threads: root.method.threads) {
            let warnings = Warnings(), limit = root.pictures.limit
            let path = try checkedOutput()
            let photograph = try Picture.read(argument: photograph, maxPixels: limit)
            warnings.add(about: photograph, name)
            try OutputFiles.check(photograph.image.size, path ?? "standard output", format(of: path))
            let (object, bounds) = try cutting.cut(
                photograph, drawing: strokes.map(Drawing.init(reading:)), maxPixels: limit, warnings)
            if Interruption.isRequested { throw Interruption.error }
            try write(object, to: path)

            let seconds = (WorkClock.now - start) / .seconds(1), size = object.image.size
            if root.output.json {
                var summary = JobSummary(.done)
                (summary.size, summary.bounds) = ([size.width, size.height], bounds?.numbers)
                summary.files = path.map { ["cutout": $0.argument] } ?? [:]
                (summary.warnings, summary.seconds) = (warnings.all, seconds)
                try JSONLine.print(summary)
            }
            guard !root.output.quiet else { return }
            let found = bounds.map { "the object \($0.size) at \($0.origin.x),\($0.origin.y)" } ?? "no object"
            StandardError.write(
                "wrote \(path?.description ?? "standard output"): \(size), \(found), "
                    + "\(String(format: "%.1f", seconds)) s\n")
        }
    }

    /// The photograph's name in messages.
    private var name: FilePath { photograph == StandardInput.argument ? StandardInput.name : photograph }

    /// The file to write; nil for standard output. Throws unless it can be written and replaces no input.
    private func checkedOutput() throws -> FilePath? {
        let files =
            [("photograph", photograph)] + cutting.files.compactMap { option, path in path.map { (option, $0) } }
        try StandardInput.check(files.map { ($0, $1) })
        let output = root.output.output
        if root.output.isStandardOutput {
            if isatty(STDOUT_FILENO) == 1 { throw TerminalOutput() }
            return nil
        }
        let isFolder = output.isFolder || root.output.given.namesFolder
        let path = isFolder ? FilePath(Self.defaultName).inside(output) : output
        // Any other name is a PNG's.
        if (ImageFormat.jpeg.endings + ImageFormat.heic.endings).contains(path.ending) {
            try ImageFormat.checkName("output", path, among: ImageFormat.writable.filter(\.hasAlpha))
        }
        guard !path.isSamePlace(as: photograph) else {
            throw ValidationError("--output would replace the photograph")
        }
        try OutputFiles(folder: nil, format: .png, hasPreview: false, extras: [("output", path)])
            .check(inputs: files.filter { $0.1 != StandardInput.argument }.map { (option: $0.0, path: $0.1) })
        return path
    }

    private func format(of path: FilePath?) -> ImageFormat { path.map(ImageFormat.init(forWritingTo:)) ?? .png }

    private func write(_ object: Picture, to path: FilePath?) throws {
        if let path { return try object.write(to: path) }
        do {
            try StandardOutput.write(object.encoded())
        } catch let error as EncodingFailure {
            throw FileError.cannotWrite(path: "standard output", reason: error.reason)
        }
    }
}
