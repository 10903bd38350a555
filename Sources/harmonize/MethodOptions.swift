public import ArgumentParser
internal import Fetching
internal import Files
public import Harmonization
internal import NeuralNet

/// The options of the method.
struct MethodOptions: ParsableArguments {
    @Option(help: "Effort: 50, 200 or 500 evaluations in each pass; a draft is at most 1000 pixels wide or high.")
    var quality = Quality.normal
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Evaluations in each pass at full size, instead of the quality's; N,M sets the two passes apart. \
            0 evaluates once and optimises nothing.
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
    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Smooth stage2.png's colours and put it together from pieces of the painting.", visibility: .expert))
    var polish = true
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
            "The paper's method to the letter: one size, its own weights, no polish.", visibility: .expert))
    var faithful = false
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
        help: ArgumentHelp("Weight of the content loss, both passes. Default: 1.", valueName: "w", visibility: .expert))
    var contentWeight: Double?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight of the style losses, both passes. Default: from the level.", valueName: "w", visibility: .expert))
    var styleWeight: Double?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight of the histogram losses, pass 2. Default: from the level.", valueName: "w", visibility: .expert))
    var histogramWeight: Double?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight of the total variation, pass 2. Default: from the level.", valueName: "w", visibility: .expert))
    var tvWeight: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Repaint at a smaller size where the painting's long side has more pixels than this, and carry the change \
            up: about a quarter of the time for each halving. Default: 1000 for a draft, else the painting's own.
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

    func settings() -> Settings {
        var settings = Settings()
        settings.iterations = iterations ?? quality.iterations
        settings.styleLevel = styleLevel
        settings.polishes = polish
        settings.keepsColors = keepColors
        settings.colorMatching = matchColors
        settings.usesPaperMethod = faithful
        settings.optimizer = optimizer
        settings.histogramRange = histogramRange
        settings.contentWeight = contentWeight
        settings.styleWeight = styleWeight
        settings.histogramWeight = histogramWeight
        settings.tvWeight = tvWeight
        settings.largestSide = size ?? quality.largestSide
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

/// The trade-off between time and quality.
enum Quality: String, CaseIterable, ExpressibleByArgument {
    /// A fast preview of the result: seconds, even in a large painting.
    case draft
    /// The default: 50 % more evaluations change the losses by less than 1 %.
    case normal
    /// For a final version.
    case fine

    /// The evaluations of each pass at full size.
    var iterations: Iterations {
        switch self {
        case .draft: Iterations(50)
        case .normal: Iterations(200)
        case .fine: Iterations(500)
        }
    }

    /// The maximum working size, in pixels of the painting's long side; nil for no limit.
    var largestSide: Int? { self == .draft ? 1000 : nil }
}
