import Foundation
import NeuralNet
import Optimization
import Tensors

/// A point of one of two spirals that wind around each other (Lang and Witbrock, "Learning to tell two spirals apart",
/// 1988).
struct SpiralPoint {
    let x, y: Float
    /// 0 or 1.
    let spiral: Int

    /// A point at a random place, up to one and a half turns from the middle.
    static func random(on spiral: Int, using generator: inout some RandomNumberGenerator) -> SpiralPoint {
        let turns = Float.random(in: 0.1...1.5, using: &generator)
        let angle = 2 * .pi * turns + (spiral == 0 ? 0 : .pi)
        return SpiralPoint(x: turns * cos(angle), y: turns * sin(angle), spiral: spiral)
    }
}

/// Tells two spirals apart: finds a learning rate, learns on one cycle of it, and is tried on points it never saw.
@main
struct Spirals {
    static let network = Classifier(
        input: [2], [.fullyConnected(32), .relu, .fullyConnected(32), .relu, .fullyConnected(2)],
        initialization: .he, seed: 1)

    static func main() throws {
        var generator = SeededGenerator(seed: 2)
        let points = (0..<1000).map { SpiralPoint.random(on: $0 % 2, using: &generator) }
        let learned = Array(points[..<800]), others = Array(points[800...])
        let adam = Adam(learningRate: 0.001)

        let curve = try LearningRateRangeTest().run(
            from: network.start, by: adam, over: learned, batchSize: 20, seed: 3
        ) { batch, parameters, _ in loss(batch, parameters) }
        let rate = curve.suggestedRate(by: .tenthOfMinimum) ?? adam.learningRate

        let epochs = 100, steps = try MiniBatchTraining.steps(epochs: epochs, samples: learned.count, batchSize: 20)
        var training = try MiniBatchTraining(
            from: network.start, by: adam, on: OneCycle(to: rate, steps: steps), batchSize: 20, seed: 4)
        for _ in 0..<epochs {
            let (_, stopReason) = try training.runEpoch(over: learned) { batch, parameters, _ in
                loss(batch, parameters)
            }
            if let stopReason { fatalError("the training stopped: \(stopReason.rawValue)") }
        }
        print("rate \(String(format: "%.4f", rate))")
        print("\(percent(others, training.parameters)) % of \(others.count) points, \(epochs) epochs")
    }

    /// The points as a batch, N×2.
    static func batch(_ points: some Collection<SpiralPoint>) -> Tensor {
        Tensor(shape: [points.count, 2], values: points.flatMap { [$0.x, $0.y] })
    }

    static func loss(_ points: ArraySlice<SpiralPoint>, _ parameters: Tensor) -> (value: Double, gradient: Tensor) {
        network.loss(of: batch(points), network.targets(points.map(\.spiral)), at: parameters)
    }

    /// The share of points whose likelier spiral is theirs, in percent.
    static func percent(_ points: [SpiralPoint], _ parameters: Tensor) -> Double {
        let probabilities = network.probabilities(of: batch(points), at: parameters).values
        let right = points.indices.count { (probabilities[2 * $0 + 1] > 0.5 ? 1 : 0) == points[$0].spiral }
        return 100 * Double(right) / Double(points.count)
    }
}
