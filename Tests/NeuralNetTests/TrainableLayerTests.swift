import Foundation
import NeuralNet
import Tensors
import TestSupport
import Testing

@Suite struct FullyConnectedTests {
    /// N, K and M.
    static let shapes = [[1, 1, 1], [3, 5, 2], [7, 400, 33], [600, 9, 10]]

    private func operands(_ s: [Int]) -> [Tensor] {
        [.random([s[0], s[1]], seed: 1), .random([s[1], s[2]], seed: 2), .random([s[2]], seed: 3)]
    }

    @Test(arguments: shapes) func `each output is a sum of all inputs, and its bias`(s: [Int]) {
        let inputs = operands(s)
        let (x, k, b) = (inputs[0].values, inputs[1].values, inputs[2].values)
        let expected = (0..<s[0] * s[2]).map { i in
            (0..<s[1]).reduce(Double(b[i % s[2]])) {
                $0 + Double(x[i / s[2] * s[1] + $1]) * Double(k[$1 * s[2] + i % s[2]])
            }
        }
        let output = FullyConnected().value(inputs[0], inputs[1], inputs[2])
        #expect(output.shape == [s[0], s[2]])
        let comparison = Comparison(output, expected)
        #expect(comparison.error <= 1e-5, "\(comparison)")
    }

    @Test(arguments: shapes) func `each input's gradient is right, and a wrong one is found out`(s: [Int]) throws {
        let probe = Probe(FullyConnected(), operands(s), wanted: [true, true, true])
        for input in 0..<3 {
            let (right, wrong) = try probe.errors(input: input, step: 0.5)
            #expect(right <= 1e-3)
            #expect(wrong > 1e-2)
        }
    }

    @Test func `it is the convolution whose window is the whole input`() {
        let maps = Tensor.random([4, 3, 5, 2], seed: 1)
        let kernel = Tensor.random([3, 5, 2, 7], seed: 2), bias = Tensor.random([7], seed: 3)
        let convolved = Convolution(padding: .valid).value(maps, kernel, bias)
        let connected = FullyConnected().value(Flattening().value(maps), kernel.reshaped([30, 7]), bias)
        #expect(convolved.shape == [4, 1, 1, 7])
        #expect(convolved.values == connected.values)
    }
}

@Suite struct SmoothFunctionTests {
    private func expectRight(_ node: some FunctionNode, _ function: (Double) -> Double) throws {
        let x = Tensor.random([2, 300, 13], in: -6...6, seed: 4)
        let comparison = Comparison(node.value(x), x.values.map { function(Double($0)) })
        #expect(comparison.error <= 1e-6, "\(comparison)")
        let (right, wrong) = try Probe(node, [x], wanted: [true]).errors(input: 0, step: 0.02)
        #expect(right <= 1e-3)
        #expect(wrong > 1e-2)
    }

    @Test func `tanh and its gradient`() throws { try expectRight(Tanh()) { tanh($0) } }

    @Test func `the logistic function and its gradient`() throws { try expectRight(Sigmoid()) { 1 / (1 + exp(-$0)) } }

    @Test func `far from 0 they are flat, and finite`() {
        let x = Tensor(shape: [3], values: [-1e30, -200, 1e30])
        #expect(Sigmoid().value(x).values == [0, 0, 1])
        #expect(Tanh().value(x).values == [-1, -1, 1])
        for gradient in [Probe(Sigmoid(), [x], wanted: [true]).gradients, Probe(Tanh(), [x], wanted: [true]).gradients]
        {
            #expect(gradient[0]?.values == [0, 0, 0])
        }
    }
}

@Suite struct FlatteningTests {
    @Test func `values stay where they are, and so do gradients`() {
        let maps = Tensor.random([3, 2, 4, 5], seed: 1)
        let probe = Probe(Flattening(), [maps], wanted: [true])
        #expect(probe.output.shape == [3, 40] && probe.output.values == maps.values)
        #expect(probe.gradients[0]?.shape == maps.shape && probe.gradients[0]?.values == probe.weights.values)
    }
}

@Suite struct SoftmaxCrossEntropyTests {
    private let scores = Tensor.random([5, 4], in: -3...3, seed: 1)
    /// Any probabilities, that need not sum to 1.
    private let targets = Tensor.random([5, 4], in: 0...1, seed: 2)

    @Test func `the loss is that of the formula`() {
        var loss = 0.0
        for row in 0..<5 {
            let powers = (0..<4).map { exp(Double(scores.values[4 * row + $0])) }
            for k in 0..<4 { loss -= Double(targets.values[4 * row + k]) * log(powers[k] / powers.reduce(0, +)) / 5 }
        }
        let output = SoftmaxCrossEntropy().value(scores, targets)
        #expect(output.shape == [])
        #expect(abs(Double(output.values[0]) - loss) <= 1e-6 * loss)
    }

    @Test func `each input's gradient is right, and a wrong one is found out`() throws {
        let probe = Probe(SoftmaxCrossEntropy(), [scores, targets], wanted: [true, true])
        for input in 0..<2 {
            let (right, wrong) = try probe.errors(input: input, step: 0.02)
            #expect(right <= 1e-3)
            #expect(wrong > 1e-2)
        }
    }

    @Test func `no score is too large`() {
        let extreme = Tensor(shape: [2, 3], values: [1e30, 0, -1e30, -3e38, 3e38, 0])
        let right = Tensor(shape: [2, 3], values: [1, 0, 0, 0, 1, 0])
        #expect(SoftmaxCrossEntropy().value(extreme, right).values == [0])
        #expect(SoftmaxCrossEntropy.probabilities(of: extreme).values == [1, 0, 0, 0, 1, 0])
        #expect(SoftmaxCrossEntropy.probabilities(of: scores).columnSumsOfTranspose.allSatisfy { abs($0 - 1) < 1e-6 })
    }

    @Test func `a loss in the middle of a graph uses the gradient that it is given`() throws {
        // tanh of the loss: what arrives at the loss is 1 − tanh².
        var graph = Graph()
        let x = graph.input(), t = graph.parameter(targets)
        let loss = graph.apply(SoftmaxCrossEntropy(), to: x, t), y = graph.apply(Tanh(), to: loss)
        let evaluation = graph.evaluate([loss, y], feeding: [x: scores], differentiating: [x])
        let one = Tensor(shape: [], repeating: 1)
        let gradient = try #require(evaluation.tape.gradients([x], from: [y: one])[x])
        let again = graph.evaluate([loss, y], feeding: [x: scores], differentiating: [x])
        var expected = try #require(again.tape.gradients([x], from: [loss: one])[x])
        let value = try #require(evaluation.outputs[y]?.values[0])
        expected.scale(by: 1 - value * value)
        #expect(Comparison(gradient.values, expected.values).error <= 1e-6)
    }
}

extension Tensor {
    fileprivate var columnSumsOfTranspose: FloatBuffer { transposed().columnSums().values }
}

@Suite struct InitializationTests {
    /// The mean and the standard deviation.
    private func moments(_ x: Tensor) -> (mean: Double, deviation: Double) {
        let mean = x.sum / Double(x.count)
        return (mean, (x.dot(x) / Double(x.count) - mean * mean).squareRoot())
    }

    @Test(arguments: [[5, 5, 16, 120], [400, 300]])
    func `Xavier's kernels are uniform, and as wide as inputs and outputs allow`(shape: [Int]) {
        let (fanIn, fanOut) = shape.count == 2 ? (400.0, 300.0) : (400.0, 3000.0)
        var generator = SeededGenerator(seed: 1)
        let kernel = Initialization.xavier.kernel(shape, using: &generator)
        let bound = (6 / (fanIn + fanOut)).squareRoot()
        let (mean, deviation) = moments(kernel)
        #expect(kernel.shape == shape && kernel.values.allSatisfy { abs(Double($0)) <= bound * (1 + 1e-6) })
        #expect(abs(mean) < 0.02 * bound && abs(deviation / (bound / 3.0.squareRoot()) - 1) < 0.02)
    }

    @Test(arguments: [[5, 5, 16, 120], [400, 300]])
    func `He's kernels are normal with a variance of 2 over the inputs`(shape: [Int]) {
        var generator = SeededGenerator(seed: 2)
        let kernel = Initialization.he.kernel(shape, using: &generator)
        let (mean, deviation) = moments(kernel), expected = (2 / 400.0).squareRoot()
        #expect(abs(mean) < 0.02 * expected && abs(deviation / expected - 1) < 0.02)
        // 4.6 % of normal numbers are further than two deviations away.
        let far = kernel.values.count { abs(Double($0)) > 2 * expected }
        #expect(abs(Double(far) / Double(kernel.count) - 0.0455) < 0.005)
    }

    @Test func `a seed gives the same kernel every time`() {
        func kernel(_ seed: UInt64) -> FloatBuffer {
            var generator = SeededGenerator(seed: seed)
            return Initialization.he.kernel([7, 9], using: &generator).values
        }
        #expect(kernel(5) == kernel(5))
        #expect(kernel(5) != kernel(6))
    }
}
