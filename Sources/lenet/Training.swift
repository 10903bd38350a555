internal import NeuralNet
internal import Optimization
internal import Tensors

/// What LeNet-5 is to learn: the digits, and the loss on them.
struct Lesson {
    let learned, heldOut: [Digit]
    let network: Classifier
    let normalization: Normalization

    /// Four fifths of `digits` are learned; every fifth is held out.
    init(_ digits: [Digit], seed: UInt64) {
        learned = digits.enumerated().filter { $0.offset % 5 != 4 }.map(\.element)
        heldOut = digits.enumerated().filter { $0.offset % 5 == 4 }.map(\.element)
        (network, normalization) = (LeNet5.network(seed: seed), Normalization(of: learned))
    }

    /// The mean loss of a batch, each digit with a new distortion, and its gradient.
    func loss(
        _ batch: ArraySlice<Digit>, _ parameters: Tensor, _ generator: inout SeededGenerator
    ) -> (value: Double, gradient: Tensor) {
        let distortions = batch.map { _ in Distortion.random(using: &generator) }
        return network.loss(
            of: normalization.batch(batch.map(\.ink), distortions), network.targets(batch.map(\.value)),
            at: parameters)
    }
}

/// A training of LeNet-5 on digits.
struct Training {
    private let lesson: Lesson
    private var training: MiniBatchTraining

    /// The mean loss over the training digits, and the accuracy on the held-out digits afterwards.
    struct Epoch {
        let loss, accuracy: Double
    }

    /// A training on a schedule of so many steps.
    init(
        _ lesson: Lesson, by optimizer: any GradientMethod, epochs: Int, batchSize: Int, seed: UInt64,
        on schedule: (_ steps: Int) throws -> any LearningSchedule
    ) throws {
        self.lesson = lesson
        let steps = try MiniBatchTraining.steps(epochs: epochs, samples: lesson.learned.count, batchSize: batchSize)
        training = try MiniBatchTraining(
            from: lesson.network.start, by: optimizer, on: schedule(steps), batchSize: batchSize, seed: ~seed)
    }

    /// The network with its current parameters.
    var recognizer: Recognizer {
        Recognizer(network: lesson.network, normalization: lesson.normalization, parameters: training.parameters)
    }

    /// Runs an epoch over the digits. `progress` is called with the completed fraction.
    mutating func runEpoch(progress: (Double) -> Void) throws -> Epoch {
        let (loss, stopReason) = try training.runEpoch(over: lesson.learned, progress: progress, lesson.loss)
        if stopReason == .nonFinite { throw Failure("the loss is no longer a number: give a smaller rate") }
        return Epoch(loss: loss, accuracy: recognizer.accuracy(on: lesson.heldOut))
    }
}
