public import ArgumentParser
internal import Fetching
internal import Files
public import Harmonization
public import Imaging
internal import NeuralNet

/// The options of the method.
struct MethodOptions: ParsableArguments {
    @Option(help: "Effort in the passes; a draft has none.")
    var quality = Quality.normal
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Evaluations in each pass, instead of the quality's; N,M sets the two passes apart. With 0 a pass is left \
            out.
            """,
            valueName: "n[,m]", visibility: .expert))
    var iterations: Iterations?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Strength: realist (1), impressionist (5), expressionist (10), a number between, or auto.",
            valueName: "level"),
        completion: .list(["auto", "realist", "impressionist", "expressionist"]))
    var styleLevel = StyleLevel.auto
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Fine structure to keep, 0 to 1.", valueName: "share"))
    var detail = 0.5
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The part of the painting to learn from, in its pixels. Default: all of it.", valueName: "x,y,w,h",
            visibility: .expert))
    var styleRegion: Region?
    @Flag(inversion: .prefixedNo, help: "Take lightness alone from the painting; the object's colours stay.")
    var keepColors = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            How far to move the object's colours to those of the painting around it first: 0 not at all, 1 all the \
            way.
            """,
            valueName: "share", visibility: .expert))
    var matchColors = 0.5
    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "The paper's method to the letter: one size, its own weights, no synthesis.", visibility: .expert))
    var faithful = false
    /// An option of earlier versions, which polished the result of the passes: now `--faithful`, which does not either.
    @Flag(name: .customLong("no-polish"), help: .private)
    var withoutPolish = false
    @Option(
        help: ArgumentHelp(
            "How the losses are minimised: L-BFGS, or Adam, which takes longer to get as far.", valueName: "method",
            visibility: .expert))
    var optimizer = OptimizerKind.lbfgs
    @Option(
        help: ArgumentHelp(
            "The range that histograms span: the style's features' or the object's own.", valueName: "range",
            visibility: .expert))
    var histogramRange: HistogramRange = .style
    @Option(
        help: ArgumentHelp(
            """
            Network instead of the built-in one: the name of a fetched model, a file from 'harmonize model import', \
            or a raw VGG16 dump.
            """,
            valueName: "file"),
        completion: .file())
    var model: FilePath?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight of the content loss, both passes. Default: 1, in pass 2 from the level.", valueName: "w",
            visibility: .expert))
    var contentWeight: Double?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight of the style losses, both passes. Default: from the level.", valueName: "w", visibility: .expert))
    var styleWeight: Double?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight of the histogram losses, --faithful's pass 2. Default: from the level.", valueName: "w",
            visibility: .expert))
    var histogramWeight: Double?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight of the total variation, --faithful's pass 2. Default: from the level.", valueName: "w",
            visibility: .expert))
    var tvWeight: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Run the passes at a smaller size where the painting's long side has more pixels than this. Default: 1000; \
            with --faithful the painting's own.
            """,
            valueName: "pixels", visibility: .expert))
    var size: Int?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Refuse a job that would take more memory. Default: what this machine has free.", valueName: "MB",
            visibility: .expert))
    var maxMemory: Int?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Threads that work at a time. Default: one for each core.", valueName: "n", visibility: .expert))
    var threads: Int?

    func validate() throws {
        guard threads ?? 1 >= 1 else { throw ValidationError("--threads starts at 1, got \(threads ?? 0)") }
        guard size ?? .max >= VGG16.smallestSide else {
            throw ValidationError("--size starts at \(VGG16.smallestSide), got \(size ?? 0)")
        }
        guard maxMemory ?? 1 >= 1 else { throw ValidationError("--max-memory starts at 1, got \(maxMemory ?? 0)") }
        if case .level(let level) = styleLevel, !StyleLevel.range.contains(level) {
            throw ValidationError("--style-level goes from 1 to 10, got \(level)")
        }
        guard (0...1).contains(detail) else { throw ValidationError("--detail goes from 0 to 1, got \(detail)") }
        guard (0...1).contains(matchColors) else {
            throw ValidationError("--match-colors goes from 0 to 1, got \(matchColors)")
        }
        for (name, weight) in [
            ("content", contentWeight), ("style", styleWeight), ("histogram", histogramWeight), ("tv", tvWeight),
        ] {
            guard let weight else { continue }
            guard weight.isFinite, weight >= 0 else {
                throw ValidationError("--\(name)-weight must be a number of at least 0, got \(weight)")
            }
        }
    }

    private var usesPaperMethod: Bool { faithful || withoutPolish }

    func settings() -> Settings {
        var settings = Settings()
        settings.iterations = iterations ?? quality.iterations(faithful: usesPaperMethod)
        settings.styleLevel = styleLevel
        (settings.detail, settings.styleRegion) = (detail, styleRegion)
        settings.keepsColors = keepColors
        settings.colorMatching = matchColors
        settings.usesPaperMethod = usesPaperMethod
        settings.optimizer = optimizer
        settings.histogramRange = histogramRange
        settings.contentWeight = contentWeight
        settings.styleWeight = styleWeight
        settings.histogramWeight = histogramWeight
        settings.tvWeight = tvWeight
        settings.largestSide = size
        settings.memoryLimit = maxMemory.map { $0.multipliedReportingOverflow(by: 1_000_000) }.map { $1 ? .max : $0 }
        settings.threads = threads
        return settings
    }

    /// The file of the network's weights; nil for the built-in one.
    var modelFile: FilePath? { model.flatMap { ModelSource($0).file } }

    /// The feature network, and its description for the trace.
    func network() throws -> (network: VGG16, description: NetworkDescription) {
        guard let model else { return (.builtIn, NetworkDescription(source: "built-in", .builtIn)) }
        let network = VGG16(try ModelSource(model).weights())
        return (network, NetworkDescription(source: model.argument, network))
    }
}

extension Iterations: ExpressibleByArgument {
    /// From `N` or `N,M`, whole numbers of at least 0.
    public init?(argument: String) { self.init(argument) }
}

extension HistogramRange: ExpressibleByArgument {}

extension OptimizerKind: ExpressibleByArgument {}

extension StyleLevel: ExpressibleByArgument {
    private static let names: [String: StyleLevel] = [
        "auto": .auto, "realist": .realist, "impressionist": .impressionist, "expressionist": .expressionist,
    ]

    /// From the name of a level or a number.
    public init?(argument: String) {
        guard let level = Self.names[argument] ?? Double(argument).map({ .level($0) }) else { return nil }
        self = level
    }

    /// The level's name; empty for a level without one.
    public var defaultValueDescription: String { Self.names.first { $0.value == self }?.key ?? "" }
}

extension Region: ExpressibleByArgument {
    /// From `X,Y,W,H`, whole numbers.
    public init?(argument: String) {
        let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int32($0).map(Int.init) }
        guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2], width > 0,
            let height = numbers[3], height > 0
        else { return nil }
        self.init(origin: Point(x: x, y: y), size: Size(width: width, height: height))
    }
}

/// The trade-off between time and quality.
enum Quality: String, CaseIterable, ExpressibleByArgument {
    /// A fast preview of the result, by the syntheses alone.
    case draft
    /// The default: with three times the evaluations the picture looks the same.
    case normal
    /// For a final version.
    case fine

    /// The evaluations of each pass; those of the paper's method need more.
    func iterations(faithful: Bool) -> Iterations {
        switch self {
        case .draft: faithful ? Iterations(50) : Iterations(0)
        case .normal: faithful ? Iterations(200) : Iterations(pass1: 60, pass2: 40)
        case .fine: faithful ? Iterations(500) : Iterations(pass1: 200, pass2: 100)
        }
    }
}
