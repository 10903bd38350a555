public import ArgumentParser
public import Files
internal import Foundation
internal import Imaging
internal import NeuralNet
internal import Optimization
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
            lenet samples/digits.png --find-rate            tells which rates suit
            """)

    static func main() { main(ProgramArguments.all) }

    @Argument(help: "A sheet of 20×20 digits, row by row, as many of each.", completion: .file())
    var digits: FilePath?
    @Option(help: "Times that each digit is learned. Default: 80, and 40 with --one-cycle.") var epochs: Int?
    @Option(help: "Digits that are learned at a time.") var batch = 50
    @Option(help: "sgd, momentum, nesterov, rmsprop or adam.") var optimizer = Method.adam
    @Option(parsing: .unconditional, help: "The optimizer's rate at the beginning. Default: one that suits it.")
    var rate: Double?
    @Flag(help: "The rate rises and falls again, the momentum does the opposite (1cycle).") var oneCycle = false
    @Option(parsing: .unconditional, help: "The largest rate of --one-cycle. Default: one that suits the optimizer.")
    var maxRate: Double?
    @Flag(help: "Tries ever larger rates for a few seconds, and tells which suit, instead of learning.")
    var findRate = false
    @Option(help: "What all that is random follows from.") var seed: UInt64 = 1
    @Option(help: "Draws losses and errors, as PNG, SVG or PDF.", completion: .file()) var plot: FilePath?
    @Option(help: "Keeps what was learned.", completion: .file()) var save: FilePath?
    @Option(help: "What was learned before, instead of learning.", completion: .file()) var weights: FilePath?
    @Option(help: "A picture of a digit to be read.", completion: .file()) var classify: FilePath?

    func validate() throws {
        func check(_ holds: Bool, _ otherwise: String) throws { if !holds { throw ValidationError(otherwise) } }
        try check(epochs ?? 1 > 0 && batch > 0, "--epochs and --batch start at 1")
        for (name, rate) in [("--rate", rate), ("--max-rate", maxRate)] {
            try check(rate.map { $0 > 0 && $0.isFinite } ?? true, "\(name) is above 0")
        }
        try check(maxRate == nil || oneCycle, "--max-rate is for --one-cycle")
        try check(rate == nil || !oneCycle, "--one-cycle takes --max-rate, and no --rate")
        try check(
            digits != nil || weights != nil, "there is nothing to learn from: name a sheet of digits, or --weights FILE"
        )
        try check(
            weights == nil || save == nil && plot == nil && !oneCycle,
            "--save, --plot and --one-cycle are for learning, and --weights is not")
        try check(
            !findRate
                || weights == nil && save == nil && classify == nil && rate == nil && maxRate == nil
                    && epochs == nil,
            "--find-rate goes with --batch, --optimizer, --one-cycle, --seed and --plot alone")
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
        if findRate { return try findRates() }
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

    /// Tells which rates suit, and draws how that was found.
    private func findRates() throws {
        let lesson = Lesson(try Digit.sheet(digits ?? ""), seed: seed)
        var optimizer = optimizer.optimizer(learningRate: optimizer.startingRate)
        // The momentum that a cycle has where its rate is the largest.
        if oneCycle, let momentum = try OneCycle(to: 1, steps: 1).momentum { optimizer.momentum = momentum.lowerBound }
        let curve = try LearningRateRangeTest().run(
            from: lesson.network.start, by: optimizer, over: lesson.learned, batchSize: batch, seed: ~seed, lesson.loss)
        guard let steepest = curve.suggestedRate(by: .steepestDescent),
            let tenth = curve.suggestedRate(by: .tenthOfMinimum), let largest = curve.points.last?.learningRate
        else { throw Failure("the loss fell at no rate: try another --optimizer or a larger --batch") }
        func text(_ rate: Double) -> String { String(format: "%.2g", rate) }
        let option = oneCycle ? "--max-rate" : "--rate"
        print("the loss falls fastest at a rate of \(text(steepest)): \(option) \(text(steepest))")
        print("a tenth of the rate at which it is least: \(option) \(text(tenth))")
        print(curve.hasDiverged ? "it diverges at \(text(largest))" : "it does not diverge up to \(text(largest))")
        if let plot { try Chart.rates(curve).write(to: plot) }
    }

    /// Trains the network, prints the progress and writes the requested files.
    private func learn() throws -> Recognizer {
        let lesson = Lesson(try Digit.sheet(digits ?? ""), seed: seed), epochs = epochs ?? (oneCycle ? 40 : 80)
        let rate = rate ?? optimizer.startingRate
        var training = try Training(
            lesson, by: optimizer.optimizer(learningRate: rate), epochs: epochs, batchSize: batch, seed: seed
        ) { steps in
            if oneCycle { return try OneCycle(to: maxRate ?? optimizer.largestRate, steps: steps) }
            return try CosineDecay(from: rate, steps: steps)
        }
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
            "\(percent(curve[epochs - 1].accuracy)) of \(lesson.heldOut.count) digits held out, "
                + "after \(lesson.learned.count) digits \(epochs) times in \(seconds)")
        if let plot { try Chart.learning(curve).write(to: plot) }
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
