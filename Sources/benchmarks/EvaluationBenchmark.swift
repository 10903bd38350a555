internal import ArgumentParser
internal import Harmonization
internal import NeuralNet
internal import Tensors
internal import TestSupport

/// `benchmarks evaluation`: the network alone, forward to its five taps and backward to the pixels of a whole picture.
struct EvaluationBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluation", abstract: "One evaluation of a network with random weights over a whole picture.")

    @Option(help: "The sides of the picture.") var size = 512
    @Option(help: "The channels, as a part of VGG16's.") var width = 1.0
    @Option(help: "Evaluations; the first is left out of the median.") var repeats = 6
    @OptionGroup var threads: ThreadOptions

    func validate() throws {
        guard size >= VGG16.smallestSide, width >= 1.0 / 64, repeats >= 2 else {
            throw ValidationError("--size starts at \(VGG16.smallestSide), --width at 1/64, --repeats at 2")
        }
    }

    func run() throws {
        try JSON.print(Parallel.$threads.withValue(threads.count ?? Parallel.threads) { try measured() })
    }

    private func measured() throws -> EvaluationFigures {
        let network = try VGG16(.random(width: width, seed: 0))
        let picture = Tensor.random([size, size, 3], in: 0...1, seed: 1)
        MemoryPool.shared.drain()
        let before = SystemMemory.used
        var seconds: [Double] = []
        var loss = 0.0
        for _ in 0..<repeats {
            let watch = Stopwatch()
            loss = Self.evaluate(network, picture)
            seconds.append(watch.seconds)
        }
        let peak = SystemMemory.peak
        return EvaluationFigures(
            size: size, width: width, threads: Parallel.threads, loss: loss,
            medianSeconds: seconds.dropFirst().median, bestSeconds: seconds.min() ?? .nan,
            peakBytes: peak, readyBytes: before, activationBytes: peak - before)
    }

    /// The loss Σ mean(f²) over the taps' features f; also computes its gradient at the pixels.
    private static func evaluate(_ network: VGG16, _ picture: Tensor) -> Double {
        let taps = VGG16.Tap.allCases
        var (features, backward) = network.differentiableFeatures(of: picture, at: taps)
        var loss = 0.0
        var gradients: [VGG16.Tap: Tensor] = [:]
        for tap in taps {
            // Removed, to be uniquely referenced: the gradient 2v/n is computed in place.
            guard var values = features.removeValue(forKey: tap) else { continue }
            loss += values.dot(values) / Double(values.count)
            values.scale(by: 2 / Float(values.count))
            gradients[tap] = values
        }
        _ = backward(consume gradients)
        return loss
    }
}

/// Time and memory of one evaluation.
struct EvaluationFigures: Codable {
    let size: Int
    let width: Double
    let threads: Int
    let loss: Double
    let medianSeconds, bestSeconds: Double
    /// Peak memory, memory once the weights are ready, and the difference.
    let peakBytes, readyBytes, activationBytes: Int
}
