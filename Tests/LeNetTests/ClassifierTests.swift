import Files
import Imaging
import NeuralNet
import Optimization
import Tensors
import TestSupport
import Testing

@testable import lenet

/// From the smallest network that learns anything to one that reads digits, each with one thing more that could be
/// wrong.
@Suite struct ClassifierTests {
    /// Minimises a network's loss, all of a batch at a time.
    private func learned(
        _ network: Classifier, _ inputs: Tensor, _ classes: Tensor, by optimizer: any Optimizer, evaluations: Int
    ) -> Minimization.Outcome {
        optimizer.minimize(from: network.start, evaluations: evaluations) {
            network.loss(of: inputs, classes, at: $0)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3]) func `a multi-layer perceptron learns AND`(seed: UInt64) {
        let network = Classifier(
            input: [2], [.fullyConnected(3), .tanh, .fullyConnected(2)], initialization: .xavier, seed: seed)
        let inputs = Tensor(shape: [4, 2], values: [0, 0, 0, 1, 1, 0, 1, 1])
        let classes = network.targets([0, 0, 0, 1])
        for optimizer in [GradientDescent(learningRate: 0.5, momentum: 0.9), LBFGS()] as [any Optimizer] {
            let outcome = learned(network, inputs, classes, by: optimizer, evaluations: 400)
            let found = network.probabilities(of: inputs, at: outcome.x).values
            for (index, expected) in classes.values.enumerated() {
                #expect(abs(found[index] - expected) < 0.05, "\(optimizer)")
            }
        }
    }

    /// A small network for digits.
    private func network(seed: UInt64) -> Classifier {
        Classifier(
            input: [20, 20, 1], [.convolution(8, kernel: 5), .relu, .pooling(.max), .fullyConnected(10)],
            initialization: .he, seed: seed)
    }

    private func inputs(_ digits: [Digit]) -> (pictures: Tensor, classes: Tensor) {
        (
            Tensor(shape: [digits.count, 20, 20, 1], values: digits.flatMap(\.ink.values)),
            network(seed: 1).targets(digits.map(\.value))
        )
    }

    /// The share of digits whose likeliest class is theirs.
    private func accuracy(_ network: Classifier, _ digits: [Digit], at parameters: Tensor) -> Double {
        let found = network.probabilities(of: inputs(digits).pictures, at: parameters).values
        let right = digits.indices.count { index in
            let scores = found[10 * index..<10 * index + 10]
            return scores.firstIndex(of: scores.max() ?? 0) == 10 * index + digits[index].value
        }
        return Double(right) / Double(digits.count)
    }

    @Test func `a convolution, a rectifier, a pooling and a fully connected layer learn one digit`() throws {
        let digit = try Digit.sheet(FilePath(Repository.path("samples/digits.png")))[3456]
        let (picture, classes) = inputs([digit])
        let network = network(seed: 1)
        let outcome = learned(network, picture, classes, by: GradientDescent(learningRate: 0.01), evaluations: 100)
        #expect(outcome.value < 0.01)
        #expect(network.probabilities(of: picture, at: outcome.x).values[digit.value] > 0.99)
    }

    @Test func `the same network learns from 2700 digits, and reads 300 others`() throws {
        let digits = try Digit.sheet(FilePath(Repository.path("samples/digits.png")))
        var generator = SeededGenerator(seed: 7)
        let drawn = Array(digits.shuffled(using: &generator).prefix(3000))
        let learned = Array(drawn[..<2700]), others = Array(drawn[2700...])
        let network = network(seed: 1)
        var x = network.start, adam = Adam(learningRate: 0.003)
        var losses: [Double] = []
        for _ in 0..<8 {
            let order = learned.shuffled(using: &generator)
            var total = 0.0
            for start in stride(from: 0, to: order.count, by: 50) {
                let (pictures, classes) = inputs(Array(order[start..<start + 50]))
                _ = adam.step(&x) {
                    let result = network.loss(of: pictures, classes, at: $0)
                    total += result.value
                    return result
                }
            }
            losses.append(total)
        }
        #expect(losses.last ?? .nan < losses[0] / 4)
        let share = accuracy(network, others, at: x)
        #expect(share >= 0.94, "\(share)")
        #expect(accuracy(network, others, at: network.start) < 0.3)
    }

    @Test func `every parameter's gradient is right, through all layers`() throws {
        // Tall and narrow, odd, with a stride: nothing that would be right by symmetry.
        let network = Classifier(
            input: [11, 7, 2],
            [
                .convolution(3, kernel: 3, stride: 2), .tanh, .convolution(4, kernel: 2, padding: .zeros(1)), .sigmoid,
                .pooling(.average), .fullyConnected(5), .tanh, .fullyConnected(3),
            ], initialization: .xavier, seed: 3)
        let pictures = Tensor.random([6, 11, 7, 2], seed: 1)
        let classes = Tensor.random([6, 3], in: 0...1, seed: 2)
        let x = Tensor.random([network.start.count], in: -0.5...0.5, seed: 4)
        var check = GradientCheck(step: 0.01)
        check.samples = network.start.count
        let gradient = network.loss(of: pictures, classes, at: x).gradient
        func value(_ x: Tensor) -> Double { network.loss(of: pictures, classes, at: x).value }
        #expect(check.error(of: gradient, at: x, value) <= 2e-3)
        #expect(check.error(of: check.spoiled(gradient), at: x, value) > 1e-2)
    }

    @Test func `what was learned is the same after it was written and read`() throws {
        let folder = try TemporaryFolder(), path: FilePath = folder.path("weights.bin")
        let network = network(seed: 1), x = Tensor.random([network.start.count], seed: 2)
        let file = try RawFile(
            mean: [0.1, 0.1, 0.1], std: [0.3, 0.3, 0.3], pooling: .max, layers: network.weights(x))
        try file.write(to: path)
        let read = try network.read(path)
        #expect(read.parameters.values == x.values && read.file == file)
        #expect(throws: WeightsError.shape(path: path, layer: "conv1", expected: [6, 1, 5, 5], actual: [8, 1, 5, 5])) {
            try LeNet5.network(seed: 1).read(path)
        }
        let shorter = Classifier(input: [4, 4, 1], [.fullyConnected(2)], initialization: .he, seed: 1)
        #expect(throws: WeightsError.layerCount(path: path, count: 2)) { try shorter.read(path) }
        let more = Classifier(
            input: [20, 20, 1],
            [.convolution(8, kernel: 5), .relu, .pooling(.max), .fullyConnected(10), .fullyConnected(10)],
            initialization: .he, seed: 1)
        #expect(throws: WeightsError.missingLayer(path: path, layer: "fc3")) { try more.read(path) }
        // harmonize does not take it for a network of its own.
        #expect(throws: WeightsError.missingLayer(path: path, layer: "conv1_1")) { try Weights.read(path) }
    }

    @Test func `an LBFGS that has run is no other's`() {
        #expect(Adam(learningRate: 1).restored(from: LBFGS().state) == nil)
    }
}
