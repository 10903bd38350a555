public import ArgumentParser
public import Files
public import Harmonization
internal import NeuralNet

/// The options of a job.
struct JobOptions: ParsableArguments {
    @Option(help: ArgumentHelp("builtin, random (VGG16's widths), random0.5 (half of them) or a file."))
    var model = Model.builtIn
    @Option(help: ArgumentHelp("Evaluations in each pass.", valueName: "n[,m]"))
    var iterations: Iterations?
    @OptionGroup var threads: ThreadOptions

    /// The arguments for a child process; `standard` is the default of `iterations`.
    func arguments(iterations standard: Iterations) -> [String] {
        let count = iterations ?? standard
        return ["--model", model.description, "--iterations", "\(count.pass1),\(count.pass2)"] + threads.arguments
    }
}

extension Iterations: ExpressibleByArgument {
    /// From `N` or `N,M`.
    public init?(argument: String) { self.init(argument) }
}

/// The number of threads.
struct ThreadOptions: ParsableArguments {
    @Option(name: .customLong("threads"), help: "Threads. Default: one for each core.") var count: Int?

    func validate() throws {
        guard count ?? 1 >= 1 else { throw ValidationError("--threads starts at 1") }
    }

    /// The arguments for a child process.
    var arguments: [String] { count.map { ["--threads", "\($0)"] } ?? [] }
}

/// The network of a job.
enum Model: ExpressibleByArgument, CustomStringConvertible {
    case builtIn
    /// VGG16 with random weights and `width` times its channels.
    case random(width: Double)
    case file(FilePath)

    init?(argument: String) {
        if argument == "builtin" {
            self = .builtIn
        } else if argument.hasPrefix("random"), let width = Double("0" + argument.dropFirst(6)) {
            self = .random(width: width == 0 ? 1 : width)
        } else {
            guard let path = FilePath(argument: argument) else { return nil }
            self = .file(path)
        }
    }

    var description: String {
        switch self {
        case .builtIn: "builtin"
        case .random(let width): width == 1 ? "random" : "random\(width)"
        case .file(let path): path.argument
        }
    }

    func network() throws -> VGG16 {
        switch self {
        case .builtIn: .builtIn
        case .random(let width): try VGG16(.random(width: width, seed: 0))
        case .file(let path): try VGG16(.read(path))
        }
    }
}

/// The whole numbers of `1,2,…`; empty where one is not a number.
func wholeNumbers(_ text: String) -> [Int] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    return parts.contains(nil) ? [] : parts.compactMap { $0 }
}

extension FilePath: @retroactive ExpressibleByArgument {}
