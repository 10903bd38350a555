internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import NeuralNet
internal import Optimization
internal import Plotting
internal import Terminal

/// Learns to read handwritten digits from nothing, on the layers that harmonize sees paintings through.
@main
struct LeNet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lenet", abstract: "Learns handwritten digits, and reads them.",
        discussion: """
            lenet samples/digits.png --save lenet.bin       learns; every fifth digit is held out, and tells how well
            lenet --weights lenet.bin --classify seven.png  reads a picture of a digit
            """)

    @Argument(help: "A sheet of 20×20 digits, row by row, as many of each.", completion: .file())
    var digits: String?
    @Option(help: "Times that each digit is learned.") var epochs = 60
    @Option(help: "Digits that are learned at a time.") var batch = 50
    @Option(help: "sgd, momentum, nesterov, rmsprop or adam.") var optimizer = Method.adam
    @Option(help: "The optimizer's rate at the beginning. Default: one that suits it.") var rate: Double?
    @Option(help: "What all that is random follows from.") var seed: UInt64 = 1
    @Option(help: "Draws losses and errors, as PNG, SVG or PDF.", completion: .file()) var plot: String?
    @Option(help: "Keeps what was learned.", completion: .file()) var save: String?
    @Option(help: "What was learned before, instead of learning.", completion: .file()) var weights: String?
    @Option(help: "A picture of a digit to be read.", completion: .file()) var classify: String?

    func validate() throws {
        guard epochs > 0, batch > 0 else { throw ValidationError("--epochs and --batch start at 1") }
        guard rate.map({ $0 > 0 && $0.isFinite }) ?? true else { throw ValidationError("--rate is above 0") }
        guard digits != nil || weights != nil else { throw ValidationError("there is nothing to learn from: name a sheet of digits, or --weights") }
        guard weights == nil || save == nil && plot == nil else { throw ValidationError("--save and --plot are for learning, not for --weights") }
        guard plot.map({ ChartFormat(path: $0) != nil }) ?? true else { throw ValidationError("--plot ends in .png, .svg or .pdf") }
    }

    func run() throws {
        let recognizer = try weights.map { try Recognizer(reading: $0) } ?? learn()
        if let weights, let digits {
            let all = try Digit.sheet(digits)
            print(String(format: "\(weights) reads %.2f %% of \(all.count) digits", 100 * recognizer.accuracy(on: all)))
        }
        if let classify {
            let (value, probability) = try recognizer.read(Digit.ink(of: classify))
            print(String(format: "\(classify): \(value) (%.1f %%)", 100 * probability))
        }
    }

    private func learn() throws -> Recognizer {
        var training = try Training(Digit.sheet(digits ?? ""), by: optimizer.optimizer, batchSize: batch, seed: seed)
        let clock = ContinuousClock(), start = clock.now
        var curve: [Training.Epoch] = []
        for epoch in 0..<epochs {
            let result = try training.run(epoch: epoch, of: epochs, rate: rate ?? optimizer.rate) { part in
                guard StandardError.isTerminal else { return }
                StandardError.showBar((Double(epoch) + part) / Double(epochs), "epoch \(epoch + 1)/\(epochs)")
            }
            curve.append(result)
            if StandardError.isTerminal { StandardError.write("") }
            print(
                String(
                    format: "epoch %\(String(epochs).count)d  loss %.4f  accuracy %.2f %%", epoch + 1, result.loss,
                    100 * result.accuracy))
        }
        let seconds = (clock.now - start) / .seconds(1)
        print(
            String(
                format: "%.2f %% of \(training.heldOut.count) digits held out, after \(training.learned.count) digits "
                    + "\(epochs) times in %.1f s", 100 * (curve.last?.accuracy ?? 0), seconds))
        if let plot { try LearningCurve(curve).write(to: plot) }
        let recognizer = training.recognizer
        if let save { try recognizer.write(to: save) }
        return recognizer
    }
}
