import Optimization
import Tensors
import Testing

@Suite struct MiniBatchTrainingTests {
    /// Where PyTorch in double precision is after twelve steps from (−1, ½, 4) in the bowl below, on
    /// `OneCycleLR(max_lr=0.1, total_steps=12)`: `SGD()`, `SGD(momentum=0.9, nesterov=True)`, `RMSprop()` and `Adam()`.
    static let golden: [(name: String, optimizer: any GradientMethod, expected: [Double])] = [
        ("descent", GradientDescent(learningRate: 1), [1.71828779, 1.86643101, 3.36391572]),
        (
            "Nesterov", GradientDescent(learningRate: 1, momentum: 0.9, isNesterov: true),
            [1.60552716, 1.91665201, 2.99889493]
        ),
        ("RMSProp", RMSProp(learningRate: 1), [2.40378502, 2.64844347, 3.19382777]),
        ("Adam", Adam(learningRate: 1), [-0.510420262, 0.986445298, 3.5206895]),
    ]

    private let start = Tensor(shape: [3], values: [-1, 0.5, 4])

    /// A bowl whose curvatures are 1, 4 and 9, with its least value 0 at (1, 2, 3).
    private func bowl(_ x: Tensor) -> (value: Double, gradient: Tensor) {
        let d = x.values.enumerated().map { $1 - Float($0 + 1) }, curvatures: [Float] = [1, 4, 9]
        return (
            zip(curvatures, d).reduce(0) { $0 + Double($1.0 * $1.1 * $1.1) / 2 },
            Tensor(shape: [3], values: zip(curvatures, d).map { $0 * $1 })
        )
    }

    @Test(arguments: golden.indices) func `each optimizer goes through a cycle as PyTorch's does`(index: Int) throws {
        let (name, optimizer, expected) = Self.golden[index]
        var training = try MiniBatchTraining(
            from: start, by: optimizer, on: OneCycle(to: 0.1, steps: 12), batchSize: 1, seed: 1)
        for _ in 0..<4 { _ = try training.runEpoch(over: [1, 2, 3]) { _, x, _ in self.bowl(x) } }
        #expect(training.step == 12 && training.epoch == 4)
        for (x, y) in zip(training.parameters.values, expected) {
            // Adam's β₂ is a Float, of which 1 − β₂ has a relative error of 10⁻⁵.
            #expect(abs(Double(x) - y) < 1e-5, "\(name): \(training.parameters.values)")
        }
    }

    @Test func `RMSProp with momentum goes on from what it remembers, to the bit`() throws {
        var optimizer = RMSProp(learningRate: 0.05, momentum: 0.8), x = start
        for _ in 0..<5 { _ = optimizer.step(&x) { self.bowl($0) } }
        var
            resumed = try #require(
                RMSProp(learningRate: 0.05, momentum: 0.8).restored(from: optimizer.state)), y = x
        for _ in 0..<5 {
            _ = optimizer.step(&x) { self.bowl($0) }
            _ = resumed.step(&y) { self.bowl($0) }
        }
        #expect(x == y)
        #expect(RMSProp(learningRate: 0.05).restored(from: optimizer.state) == nil)
    }

    @Test func `a training ends where its schedule does`() throws {
        var training = try MiniBatchTraining(
            from: start, by: Adam(learningRate: 1), on: CosineDecay(from: 0.1, steps: 5), batchSize: 2, seed: 1)
        var batches: [Int] = [], parts: [Double] = []
        func run() throws -> (loss: Double, stopReason: StopReason?) {
            try training.runEpoch(over: Array(0..<7), progress: { parts.append($0) }) { batch, x, _ in
                batches.append(batch.count)
                return (Double(batch.count), self.bowl(x).gradient)
            }
        }
        let first = try run()
        // Each sample counts alike: (2·2 + 2·2 + 2·2 + 1·1) / 7.
        let mean = 13.0 / 7
        #expect(first.loss == mean)
        #expect(first.stopReason == nil)
        #expect(batches == [2, 2, 2, 1])
        #expect(training.epoch == 1)
        let fractions: [Double] = [0, 2, 4, 6]
        #expect(parts == fractions.map { $0 / 7 })
        let second = try run()
        #expect(second.loss == 2)
        #expect(second.stopReason == .iterations)
        #expect(batches.count == 5)
        #expect(training.epoch == 1)
        #expect(throws: TrainingError.scheduleEnded(steps: 5)) { try run() }
        #expect(batches.count == 5)
    }

    @Test func `what cannot be a training is refused`() throws {
        let schedule = try CosineDecay(from: 0.1, steps: 5), adam = Adam(learningRate: 1)
        for size in [0, -1] {
            let error = TrainingError.outOfRange(
                setting: "the number of samples in a batch", value: Double(size), allowed: "at least 1")
            #expect(throws: error) {
                try MiniBatchTraining(from: start, by: adam, on: schedule, batchSize: size, seed: 1)
            }
            #expect(throws: error) { try MiniBatchTraining.steps(epochs: 1, samples: 1, batchSize: size) }
        }
        var training = try MiniBatchTraining(from: start, by: adam, on: schedule, batchSize: .max, seed: 1)
        #expect(throws: TrainingError.noSamples) { try training.runEpoch(over: [Int]()) { _, x, _ in self.bowl(x) } }
        _ = try training.runEpoch(over: [1, 2]) { _, x, _ in self.bowl(x) }
        #expect(training.step == 1)

        #expect(try MiniBatchTraining.steps(epochs: 3, samples: 7, batchSize: 2) == 12)
        #expect(try MiniBatchTraining.steps(epochs: 3, samples: 7, batchSize: .max) == 3)
        #expect(throws: TrainingError.noSamples) { try MiniBatchTraining.steps(epochs: 1, samples: 0, batchSize: 1) }
        #expect(throws: TrainingError.outOfRange(setting: "the number of epochs", value: 0, allowed: "at least 1")) {
            try MiniBatchTraining.steps(epochs: 0, samples: 1, batchSize: 1)
        }
        #expect(throws: TrainingError.tooManySteps(epochs: .max, samples: 3)) {
            try MiniBatchTraining.steps(epochs: .max, samples: 3, batchSize: 2)
        }
    }
}
