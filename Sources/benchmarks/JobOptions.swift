public import ArgumentParser
public import Files
internal import NeuralNet

/// How a job is run.
struct JobOptions: ParsableArguments {
    @Option(help: ArgumentHelp("builtin, random (VGG16's widths), random0.5 (half of them) or a file."))
    var model = Model.builtIn
    @Option(help: ArgumentHelp("Evaluations in each pass.", valueName: "n[,m]"), transform: Self.iterations)
    var iterations: (first: Int, second: Int)?
    @OptionGroup var threads: ThreadOptions

    /// The options for a child process, where `iterations` count unless others were given.
    func arguments(iterations standard: (first: Int, second: Int)) -> [String] {
        let (first, second) = iterations ?? standard
        return ["--model", model.description, "--iterations", "\(first),\(second)"] + threads.arguments
    }

    private static func iterations(_ text: String) throws -> (first: Int, second: Int) {
        let numbers = wholeNumbers(text)
        guard let first = numbers.first, let second = numbers.last, numbers.count <= 2, min(first, second) >= 0 else {
            throw ValidationError("--iterations takes one or two whole numbers, got '\(text)'")
        }
        return (first, second)
    }
}

/// How many threads work.
struct ThreadOptions: ParsableArguments {
    @Option(name: .customLong("threads"), help: "Threads. Default: one for each core.") var count: Int?

    func validate() throws {
        guard count ?? 1 >= 1 else { throw ValidationError("--threads starts at 1") }
    }

    /// The options for a child process.
    var arguments: [String] { count.map { ["--threads", "\($0)"] } ?? [] }
}

/// The network of a job.
enum Model: ExpressibleByArgument, CustomStringConvertible {
    case builtIn
    /// VGG16 with random weights and a part of its channels.
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

/// The whole numbers of `1,2,…`; none where one is not a number.
func wholeNumbers(_ text: String) -> [Int] {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    return parts.contains(nil) ? [] : parts.compactMap { $0 }
}

extension FilePath: @retroactive ExpressibleByArgument {}
