internal import ArgumentParser
internal import Fetching
internal import Files
internal import Foundation
internal import NeuralNet
internal import Terminal

/// The network's weights: `harmonize model …`.
struct Model: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Fetch or import network weights, or look at them.",
        subcommands: [Fetch.self, List.self, Import.self, Info.self])

    /// `harmonize model import FILE.safetensors OUT.bin`
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn VGG16 or VGG19 weights from a safetensors file into a file for --model.",
            discussion: """
                Takes torchvision's and timm's names, with batch normalisation or without; it is folded \
                into the convolutions. Only the convolutions are kept.
                """)

        @Argument(
            help: ArgumentHelp("The safetensors file.", valueName: "file.safetensors"),
            completion: .file(extensions: ["safetensors"]))
        var source: FilePath
        @Argument(
            help: ArgumentHelp("The file to write.", valueName: "out.bin"), completion: .file(extensions: ["bin"]))
        var destination: FilePath

        func run() throws {
            guard !source.isSamePlace(as: destination) else {
                throw ValidationError("\(destination) would replace the file that is imported")
            }
            // Before much is read.
            try destination.checkWritable(makingFolders: false)
            let weights = try Weights(importing: source)
            try weights.write(to: destination)
            StandardError.write("wrote \(destination): \(weights.summary)\n")
        }
    }

    /// `harmonize model info [FILE]`
    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what a file of weights holds.")

        @Argument(
            help: ArgumentHelp("A file or a name for --model. Default: the built-in model.", valueName: "file"),
            completion: .file())
        var file: FilePath?

        func run() throws {
            let source = file.map { ModelSource($0) } ?? .builtIn
            let weights = try source.weights()
            try StandardOutput.write(line: "source      \(source)")
            try StandardOutput.write(line: "contents    \(weights.summary)")
            try StandardOutput.write(line: "mean        \(weights.mean.map(\.description).joined(separator: " "))")
            try StandardOutput.write(line: "std         \(weights.std.map(\.description).joined(separator: " "))")
            for layer in weights.layers {
                let name = layer.name.padding(toLength: 12, withPad: " ", startingAt: 0)
                let shape = layer.shape.dimensions.map(\.description).joined(separator: "×")
                try StandardOutput.write(line: "\(name)\(shape)")
            }
        }
    }
}

extension Weights {
    /// A description in one line.
    var summary: String {
        "\(layers.count) convolutions, \(parameterCount) parameters, \(pooling == .max ? "max" : "average") pooling"
    }
}
