public import ArgumentParser
public import Files
internal import Foundation
internal import Imaging
internal import NeuralNet
internal import Plotting
internal import Terminal

/// Trains LeNet-5 on handwritten digits and classifies pictures of digits.
@main
struct LeNet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lenet", abstract: "Learns handwritten digits, and reads them.",
        discussion: """
            lenet samples/digits.png --save lenet.bin       learns, and is tried on every fifth digit
            lenet --weights lenet.bin --classify seven.png  reads a picture of a digit
            """)

    static func main() { main(ProgramArguments.all) }

    @Argument(help: "A sheet of 20×20 digits, row by row, as many of each.", completion: .file())
    var digits: FilePath?
    @Option(help: "Times that each digit is learned.") var epochs = 80
    @Option(help: "Digits that are learned at a time.") var batch = 50
    @Option(help: "sgd, momentum, nesterov, rmsprop or adam.") var optimizer = Method.adam
    @Option(parsing: .unconditional, help: "The optimizer's rate at the beginning. Default: one that suits it.")
    var rate: Double?
    @Option(help: "What all that is random follows from.") var seed: UInt64 = 1
    @Option(help: "Draws losses and errors, as PNG, SVG or PDF.", completion: .file()) var plot: FilePath?
    @Option(help: "Keeps what was learned.", completion: .file()) var save: FilePath?
    @Option(help: "What was learned before, instead of learning.", completion: .file()) var weights: FilePath?
    @Option(help: "A picture of a digit to be read.", completion: .file()) var classify: FilePath?

    func validate() throws {
        func check(_ holds: Bool, _ otherwise: String) throws { if !holds { throw ValidationError(otherwise) } }
        try check(epochs > 0 && batch > 0, "--epochs and --batch start at 1")
        try check(rate.map { $0 > 0 && $0.isFinite } ?? true, "--rate is above 0")
        try check(
            digits != nil || weights != nil, "there is nothing to learn from: name a sheet of digits, or --weights FILE"
        )
        try check(
            weights == nil || save == nil && plot == nil, "--save and --plot are for learning, and --weights is not")
        try check(plot.map { ChartFormat(path: $0) != nil } ?? true, "--plot ends in .png, .svg or .pdf")
        // Before the training, not after it.
        for path in [plot, save].compactMap(\.self) {
            try check(path.folder.isWritable, "nothing can be written in \(path.folder)")
        }
    }

    func run() throws {
        do {
            try work()
        } catch {
            throw error as? Failure ?? Failure(error)
        }
    }

    private func work() throws {
        let recognizer = try weights.map { try Recognizer(reading: $0) } ?? learn()
        if let weights, let digits {
            let all = try Digit.sheet(digits)
            print("\(weights) reads \(percent(recognizer.accuracy(on: all))) of \(all.count) digits")
        }
        if let classify {
            let (value, probability) = try recognizer.read(Digit.ink(of: classify))
            print("\(classify): \(value) (\(percent(Double(probability))))")
        }
    }

    /// Trains the network, prints the progress and writes the requested files.
    private func learn() throws -> Recognizer {
        var training = try Training(
            Digit.sheet(digits ?? ""), by: optimizer.optimizer(learningRate: rate), epochs: epochs, batchSize: batch,
            seed: seed)
        let clock = ContinuousClock(), start = clock.now
        var curve: [Training.Epoch] = []
        for epoch in 0..<epochs {
            let result = try training.runEpoch { part in
                guard StandardError.isTerminal else { return }
                StandardError.showBar((Double(epoch) + part) / Double(epochs), "epoch \(epoch + 1)/\(epochs)")
            }
            if StandardError.isTerminal { StandardError.write("") }
            print(
                "epoch \(epoch + 1)  loss \(String(format: "%.4f", result.loss))  accuracy \(percent(result.accuracy))")
            // Flushed after each line, in a pipe too.
            fflush(nil)
            curve.append(result)
        }
        let seconds = String(format: "%.1f s", (clock.now - start) / .seconds(1))
        print(
            "\(percent(curve[epochs - 1].accuracy)) of \(training.heldOut.count) digits held out, "
                + "after \(training.learned.count) digits \(epochs) times in \(seconds)")
        if let plot { try LearningCurve(curve).write(to: plot) }
        if let save { try training.recognizer.write(to: save) }
        return training.recognizer
    }

    private func percent(_ share: Double) -> String { String(format: "%.2f %%", 100 * share) }
}

extension FilePath: @retroactive ExpressibleByArgument {}

/// An error with a description.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// An error of the library.
    init(_ error: any Error) { description = "\(error)" }
}
