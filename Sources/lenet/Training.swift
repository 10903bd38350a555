internal import Foundation
internal import Imaging
internal import NeuralNet
internal import Optimization
internal import Tensors

/// A network that learns digits.
struct Training {
    /// What it has become so far.
    private(set) var recognizer: Recognizer
    let learned, heldOut: [Digit]
    private var optimizer: any GradientMethod
    private let batchSize: Int
    private var generator: SeededGenerator

    /// An epoch's mean loss over what was learned, and the share of the digits held out that were recognised after it.
    struct Epoch {
        let loss, accuracy: Double
    }

    /// A training on four fifths of `digits`; every fifth is held out.
    init(_ digits: [Digit], by optimizer: any GradientMethod, batchSize: Int, seed: UInt64) {
        learned = digits.enumerated().filter { $0.offset % 5 != 4 }.map(\.element)
        heldOut = digits.enumerated().filter { $0.offset % 5 == 4 }.map(\.element)
        let network = LeNet5.network(seed: seed)
        recognizer = Recognizer(network: network, normalization: Normalization(of: learned), parameters: network.start)
        (self.optimizer, self.batchSize) = (optimizer, batchSize)
        generator = SeededGenerator(seed: ~seed)
    }

    /// Goes through the digits once in an order of its own, a batch at a time. The rate falls along half a cosine from the
    /// first epoch's beginning to the last one's end.
    ///
    /// - Parameters:
    ///   - epochs: this one among all, from 0.
    ///   - progress: told what part of this one is done.
    mutating func run(epoch: Int, of epochs: Int, rate: Double, progress: (Double) -> Void) throws -> Epoch {
        let digits = learned.shuffled(using: &generator)
        let starts = stride(from: 0, to: digits.count, by: batchSize)
        var total = 0.0
        for start in starts {
            let part = Double(start) / Double(digits.count)
            optimizer.learningRate = rate * (1 + cos(.pi * (Double(epoch) + part) / Double(epochs))) / 2
            let batch = digits[start..<min(start + batchSize, digits.count)]
            let pictures = recognizer.normalization.batch(
                batch.map(\.ink), batch.map { _ in .random(using: &generator) })
            let classes = Self.oneHot(batch.map(\.value))
            let network = recognizer.network
            let ended = optimizer.step(&recognizer.parameters) { x in
                let (loss, gradient) = network.loss(of: pictures, classes, at: x)
                total += loss * Double(batch.count)
                return (loss, gradient)
            }
            if ended == .nonFinite { throw Failure("the loss is no longer a number: give a smaller --rate") }
            progress(part)
        }
        return Epoch(loss: total / Double(digits.count), accuracy: recognizer.accuracy(on: heldOut))
    }

    /// N×10: 1 at the value, 0 elsewhere.
    private static func oneHot(_ values: [Int]) -> Tensor {
        Tensor(shape: [values.count, 10], values: values.flatMap { value in (0..<10).map { $0 == value ? 1 : 0 } })
    }
}
