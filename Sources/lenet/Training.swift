internal import NeuralNet
internal import Optimization

/// A training of LeNet-5 on digits.
struct Training {
    let learned, heldOut: [Digit]
    private let network: Classifier
    private let normalization: Normalization
    private var training: MiniBatchTraining

    /// The mean loss over the training digits, and the accuracy on the held-out digits afterwards.
    struct Epoch {
        let loss, accuracy: Double
    }

    /// A training on four fifths of `digits`; every fifth is held out.
    init(_ digits: [Digit], by optimizer: any GradientMethod, epochs: Int, batchSize: Int, seed: UInt64) {
        learned = digits.enumerated().filter { $0.offset % 5 != 4 }.map(\.element)
        heldOut = digits.enumerated().filter { $0.offset % 5 == 4 }.map(\.element)
        (network, normalization) = (LeNet5.network(seed: seed), Normalization(of: learned))
        training = MiniBatchTraining(
            from: network.start, by: optimizer, epochs: epochs, batchSize: batchSize, seed: ~seed)
    }

    /// The network with its current parameters.
    var recognizer: Recognizer {
        Recognizer(network: network, normalization: normalization, parameters: training.parameters)
    }

    /// Runs an epoch over the digits, each with a new distortion. `progress` is called with the completed fraction.
    mutating func runEpoch(progress: (Double) -> Void) throws -> Epoch {
        let (network, normalization) = (network, normalization)
        let (loss, stopReason) = training.runEpoch(over: learned, progress: progress) { batch, parameters, generator in
            let distortions = batch.map { _ in Distortion.random(using: &generator) }
            return network.loss(
                of: normalization.batch(batch.map(\.ink), distortions), network.targets(batch.map(\.value)),
                at: parameters)
        }
        if stopReason != nil { throw Failure("the loss is no longer a number: give a smaller --rate") }
        return Epoch(loss: loss, accuracy: recognizer.accuracy(on: heldOut))
    }
}
