import Files
import Foundation
import Imaging
import NeuralNet
import Optimization
import Tensors
import TestSupport
import Testing

@testable import lenet

/// LeNet-5 trained as PyTorch trains it, in double precision (Fixtures/training.py).
@Suite struct GoldenTrainingTests {
    private let golden: SafeTensors
    private let digits: [Digit]
    private let network = Classifier(input: [20, 20, 1], LeNet5.layers, initialization: .he, seed: 0)

    init() throws {
        golden = try SafeTensors(
            reading: FilePath(#require(Bundle.module.path(forResource: "Fixtures/training", ofType: "safetensors"))))
        digits = try Digit.sheet(FilePath(Repository.path("samples/digits.png")))
    }

    /// The name in the fixture of each optimizer, and the same with the same rate.
    static let optimizers: [(name: String, optimizer: any Optimizer)] = [
        ("sgd", GradientDescent(learningRate: 0.1)), ("momentum", GradientDescent(learningRate: 0.02, momentum: 0.9)),
        ("nesterov", GradientDescent(learningRate: 0.02, momentum: 0.9, isNesterov: true)),
        ("rmsprop", RMSProp(learningRate: 0.001)),
        ("adam", Adam(learningRate: 0.002)), ("lbfgs", LBFGS()),
    ]

    /// The network's parameters from tensors of the fixture, `start` or `gradient`.
    private func parameters(_ kind: String) throws -> Tensor {
        let layers = try network.layers.map { layer in
            ConvolutionWeights(
                name: layer.name, shape: layer.shape, weights: try golden.floats("\(kind).\(layer.name).weight"),
                bias: try golden.floats("\(kind).\(layer.name).bias"))
        }
        return network.parameters(layers)
    }

    /// The parameters in the order in which the fixture has them.
    private func inOrder(_ parameters: Tensor) -> [Float] {
        network.weights(parameters).flatMap { $0.weights + $0.bias }
    }

    private func loss(_ step: Int, _ parameters: Tensor) -> (value: Double, gradient: Tensor) {
        let batch = (0..<50).map { digits[(101 * $0 + 391 * step) % 5000] }
        let pictures = Tensor(shape: [50, 20, 20, 1], values: batch.flatMap(\.ink.values))
        return network.loss(of: pictures, network.targets(batch.map(\.value)), at: parameters)
    }

    @Test func `the gradient at every parameter is PyTorch's`() throws {
        let gradient = loss(0, try parameters("start")).gradient
        for (ours, theirs) in zip(network.weights(gradient), network.weights(try parameters("gradient"))) {
            let comparisons = [Comparison(ours.weights, theirs.weights), Comparison(ours.bias, theirs.bias)]
            for comparison in comparisons { #expect(comparison.error <= 1e-5, "\(ours.name): \(comparison)") }
        }
    }

    @Test(arguments: optimizers.indices) func `a step leads where PyTorch's does`(index: Int) throws {
        let (name, start) = (Self.optimizers[index].name, try parameters("start"))
        var x = start, optimizer = Self.optimizers[index].optimizer, evaluations = 0
        // L-BFGS only looks in its first.
        repeat {
            _ = optimizer.step(&x) {
                evaluations += 1
                return loss(0, $0)
            }
        } while x.values == start.values && evaluations < 3
        let moved = zip(inOrder(x), inOrder(start)).map { $0 - $1 }
        let sampled = stride(from: 0, to: moved.count, by: 16).map { moved[$0] }
        let before = inOrder(start)
        let expected = zip(try golden.floats("\(name).step"), stride(from: 0, to: before.count, by: 16)).map {
            Double($0) - Double(before[$1])
        }
        let comparison = Comparison(sampled, expected)
        // What moved is a difference of numbers near 1, rounded to Float each.
        let rounding = 1.2e-7 / (expected.map(abs).max() ?? 1)
        #expect(comparison.error <= 1e-4 + rounding, "\(name): \(comparison)")
    }

    @Test(arguments: optimizers.indices) func `ten losses are PyTorch's`(index: Int) throws {
        let name = Self.optimizers[index].name
        var x = try parameters("start"), optimizer = Self.optimizers[index].optimizer
        var losses: [Double] = []
        while losses.count < 10 {
            let ended = optimizer.step(&x) {
                let result = loss(name == "lbfgs" ? 0 : losses.count, $0)
                losses.append(result.value)
                return result
            }
            try #require(ended == nil)
        }
        for (step, expected) in try golden.floats("\(name).losses").enumerated() {
            #expect(abs(losses[step] - Double(expected)) <= 1e-4 * Double(expected), "\(name), step \(step): \(losses)")
        }
    }
}
