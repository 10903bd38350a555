internal import Foundation
public import Tensors

/// Mini-batch training of a vector of parameters on a set of samples.
///
/// The learning rate falls along half a cosine: η = η₀·(1 + cos πt) / 2, t the completed fraction of the training
/// (Loshchilov and Hutter, "SGDR", 2017, without restarts).
///
///     var training = MiniBatchTraining(
///         from: network.start, by: Adam(learningRate: 0.002), epochs: 20, batchSize: 50, seed: 1)
///     for _ in 0..<20 {
///         let (loss, stopReason) = training.runEpoch(over: samples) { batch, parameters, _ in
///             network.loss(of: pictures(batch), targets(batch), at: parameters)
///         }
///     }
public struct MiniBatchTraining: Sendable {
    /// The current parameters.
    public private(set) var parameters: Tensor
    /// The number of completed epochs.
    public private(set) var epoch = 0
    private let epochs, batchSize: Int
    private let learningRate: Double
    private var optimizer: any GradientMethod
    private var generator: SeededGenerator

    /// A training from `parameters` by `optimizer`, whose learning rate is η₀.
    ///
    /// - Parameters:
    ///   - epochs: the number of epochs until the learning rate is 0, at least 1.
    ///   - batchSize: the number of samples in a batch, at least 1; the last batch of an epoch may have fewer.
    ///   - seed: determines the order of the samples.
    public init(from parameters: Tensor, by optimizer: any GradientMethod, epochs: Int, batchSize: Int, seed: UInt64) {
        precondition(epochs > 0 && batchSize > 0, "\(epochs) epochs in batches of \(batchSize)")
        (self.parameters, self.optimizer, self.epochs, self.batchSize) = (parameters, optimizer, epochs, batchSize)
        (learningRate, generator) = (optimizer.learningRate, SeededGenerator(seed: seed))
    }

    /// Runs an epoch: one step for each batch of the samples in random order.
    ///
    /// - Parameters:
    ///   - samples: the samples, at least one.
    ///   - progress: called after each batch, with the fraction of the epoch, in 0 ..< 1, before it.
    ///   - loss: returns the mean loss of a batch and its gradient at the parameters; takes a random generator for
    ///     augmentation.
    /// - Returns: the mean loss of all samples, each at the parameters before its step; and the reason for which the
    ///   epoch stopped early, if it did: ``StopReason/nonFinite``.
    public mutating func runEpoch<Sample>(
        over samples: [Sample], progress: (Double) -> Void = { _ in },
        _ loss: (ArraySlice<Sample>, Tensor, inout SeededGenerator) -> (value: Double, gradient: Tensor)
    ) -> (loss: Double, stopReason: StopReason?) {
        precondition(!samples.isEmpty && epoch < epochs, "epoch \(epoch) of \(epochs) with \(samples.count) samples")
        let samples = samples.shuffled(using: &generator)
        var total = 0.0
        for start in stride(from: 0, to: samples.count, by: batchSize) {
            let part = Double(start) / Double(samples.count)
            optimizer.learningRate = learningRate * (1 + cos(.pi * (Double(epoch) + part) / Double(epochs))) / 2
            let batch = samples[start..<min(start + batchSize, samples.count)]
            let stopReason = optimizer.step(&parameters) { x in
                let result = loss(batch, x, &generator)
                total += result.value * Double(batch.count)
                return result
            }
            if stopReason == .nonFinite { return (.nan, stopReason) }
            progress(part)
        }
        epoch += 1
        return (total / Double(samples.count), nil)
    }
}
