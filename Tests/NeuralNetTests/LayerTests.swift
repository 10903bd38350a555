import NeuralNet
import Tensors
import TestSupport
import Testing

/// Σ w·f(inputs) for fixed random w: a scalar whose gradient at the output is w.
private struct Probe<Node: FunctionNode> {
    let node: Node
    let inputs: [Tensor]
    let weights: Tensor
    let gradients: [Tensor?]

    init(_ node: Node, _ inputs: [Tensor], wanted: [Bool]) {
        self.node = node
        self.inputs = inputs
        let (output, saved) = node.forward(inputs, wanted: wanted)
        weights = Tensor.random(output.shape, seed: 99)
        gradients = node.backward(weights, saved: saved)
    }

    /// The gradient's error for one input, and that of a spoiled gradient.
    func errors(input: Int, step: Float) throws -> (right: Double, wrong: Double) {
        let gradient = try #require(gradients[input])
        #expect(gradient.shape == inputs[input].shape)
        let check = GradientCheck(step: step)
        func value(_ x: Tensor) -> Double {
            var changed = inputs
            changed[input] = x
            return node.forward(changed, wanted: inputs.map { _ in false }).output.dot(weights)
        }
        return (
            check.error(of: gradient, at: inputs[input], value),
            check.error(of: check.spoiled(gradient), at: inputs[input], value)
        )
    }
}

/// The convolution as its formula reads, in Double.
private func plainConvolution(_ x: Tensor, _ kernel: Tensor, _ bias: Tensor, padding: Int) -> [Double] {
    let (h, w, c) = (x.shape[0], x.shape[1], x.shape[2])
    let (k, n) = (kernel.shape[0], kernel.shape[3])
    let (xv, kv, bv) = (x.values, kernel.values, bias.values)
    var result: [Double] = []
    for i in 0..<h + 2 * padding - k + 1 {
        for j in 0..<w + 2 * padding - k + 1 {
            for o in 0..<n {
                var sum = Double(bv[o])
                for u in 0..<k {
                    for v in 0..<k {
                        let (y, z) = (i + u - padding, j + v - padding)
                        guard y >= 0, y < h, z >= 0, z < w else { continue }
                        for d in 0..<c {
                            sum += Double(kv[((u * k + v) * c + d) * n + o]) * Double(xv[(y * w + z) * c + d])
                        }
                    }
                }
                result.append(sum)
            }
        }
    }
    return result
}

@Suite struct ConvolutionTests {
    /// Height, width, channels in and out, kernel, padding: odd sizes, one row, one column, no padding, full padding.
    static let shapes: [[Int]] = [
        [5, 7, 3, 4, 3, 1], [1, 9, 2, 3, 3, 1], [8, 1, 2, 3, 3, 1], [1, 1, 4, 2, 3, 1], [6, 6, 1, 1, 1, 0],
        [9, 8, 2, 5, 5, 2], [7, 6, 3, 2, 3, 0], [4, 5, 2, 2, 3, 2], [70, 67, 16, 3, 3, 1],
    ]

    private func operands(_ s: [Int]) -> [Tensor] {
        [
            .random([s[0], s[1], s[2]], seed: 1), .random([s[4], s[4], s[2], s[3]], seed: 2),
            .random([s[3]], seed: 3),
        ]
    }

    @Test(arguments: shapes) func `the output is that of the plain loop`(s: [Int]) {
        let inputs = operands(s)
        let (output, _) = Convolution(padding: s[5]).forward(inputs, wanted: [false, false, false])
        let expected = plainConvolution(inputs[0], inputs[1], inputs[2], padding: s[5])
        #expect(output.shape == [s[0] + 2 * s[5] - s[4] + 1, s[1] + 2 * s[5] - s[4] + 1, s[3]])
        let comparison = Comparison(output, expected)
        #expect(comparison.error <= 1e-5, "\(comparison)")
    }

    @Test(arguments: shapes) func `each input's gradient is right, and a wrong one is found out`(s: [Int]) throws {
        let probe = Probe(Convolution(padding: s[5]), operands(s), wanted: [true, true, true])
        for input in 0..<3 {
            // Linear in each input: a wide step costs nothing and drowns Float's rounding.
            let (right, wrong) = try probe.errors(input: input, step: 0.5)
            #expect(right <= 1e-3)
            #expect(wrong > 1e-2)
        }
    }

    @Test func `frozen parameters cost no gradient and keep no activations`() {
        let (_, saved) = Convolution().forward(operands(Self.shapes[0]), wanted: [true, false, false])
        let gradients = Convolution().backward(.random([5, 7, 4], seed: 4), saved: saved)
        #expect(gradients[0] != nil && gradients[1] == nil && gradients[2] == nil)
    }
}

@Suite struct FrozenConvolutionTests {
    /// Height, width, channels in and out, kernel, padding; the first four take Winograd's way.
    static let shapes: [[Int]] = [
        [9, 14, 16, 32, 3, 1], [4, 4, 32, 16, 3, 0], [23, 70, 48, 16, 3, 2], [1, 1, 16, 16, 3, 1],
        [9, 8, 2, 5, 5, 2], [7, 6, 16, 3, 3, 1],
    ]

    @Test(arguments: shapes) func `output and gradient are the trainable convolution's`(s: [Int]) throws {
        let x = Tensor.random([s[0], s[1], s[2]], seed: 1)
        let kernel = Tensor.random([s[4], s[4], s[2], s[3]], seed: 2), bias = Tensor.random([s[3]], seed: 3)
        let frozen = FrozenConvolution(kernel: kernel, bias: bias, padding: s[5])
        let (expected, saved) = Convolution(padding: s[5]).forward([x, kernel, bias], wanted: [true, false, false])
        let output = frozen.value(x)
        #expect(output.shape == expected.shape)
        #expect(Comparison(output.values, expected.values).error <= 1e-5)
        let gradient = Tensor.random(output.shape, seed: 4)
        let dx = try #require(frozen.backward(gradient, saved: ())[0])
        let expectedDx = try #require(Convolution(padding: s[5]).backward(gradient, saved: saved)[0])
        #expect(dx.shape == x.shape)
        #expect(Comparison(dx.values, expectedDx.values).error <= 1e-5)
    }

    @Test(
        arguments: [[9, 14, 16, 32, 1], [4, 4, 32, 16, 0], [23, 70, 48, 16, 2], [65, 67, 16, 16, 1]],
        WinogradKernel.Instructions.allCases)
    func `Winograd's way gives the plain loop's output with any instructions`(
        s: [Int], instructions: WinogradKernel.Instructions
    ) throws {
        let x = Tensor.random([s[0], s[1], s[2]], seed: 5)
        let kernel = Tensor.random([3, 3, s[2], s[3]], seed: 6), bias = Tensor.random([s[3]], seed: 7)
        let output = try #require(WinogradKernel(kernel)).correlate(
            x, bias: bias, padding: s[4], instructions: instructions)
        let comparison = Comparison(output, plainConvolution(x, kernel, bias, padding: s[4]))
        #expect(comparison.error <= 1e-5, "\(comparison)")
    }
}

@Suite struct ReLUTests {
    @Test(arguments: [1, 8, 15, 16, 17, 70_001]) func `negative values become zero`(count: Int) {
        let x = Tensor.random([count], seed: 5)
        #expect(ReLU().forward([x], wanted: [true]).output.values == x.values.map { max($0, 0) })
    }

    @Test(arguments: [1, 19, 500]) func `the gradient passes where the input was positive`(count: Int) throws {
        let probe = Probe(ReLU(), [.shuffled([count], seed: 6)], wanted: [true])
        let (right, wrong) = try probe.errors(input: 0, step: 0.01)
        #expect(right <= 1e-3)
        #expect(wrong > 1e-2)
    }

    @Test func `the gradient at every coordinate is the output's where positive`() {
        let x = Tensor.random([70_003], seed: 7), dy = Tensor.random([70_003], seed: 8)
        let (_, saved) = ReLU().forward([x], wanted: [true])
        let dx = ReLU().backward(dy, saved: saved)[0]
        #expect(dx?.values == zip(x.values, dy.values).map { $0 > 0 ? $1 : 0 })
    }
}

@Suite struct PoolingTests {
    @Test(arguments: [Pooling.max, .average], [[4, 6, 3], [5, 7, 4], [2, 2, 1], [3, 2, 18]])
    func `the output is the largest or mean of each 2×2 block`(kind: Pooling, shape: [Int]) {
        let x = Tensor.random(shape, seed: 8)
        let (w, c, v) = (shape[1], shape[2], x.values)
        var expected: [Float] = []
        for y in 0..<shape[0] / 2 {
            for z in 0..<w / 2 {
                for d in 0..<c {
                    let block = [0, 1, w, w + 1].map { v[(2 * y * w + 2 * z + $0) * c + d] }
                    expected.append(kind == .max ? block.max() ?? 0 : block.reduce(0, +) / 4)
                }
            }
        }
        let output = PoolingLayer(kind).forward([x], wanted: [false]).output
        #expect(output.shape == [shape[0] / 2, w / 2, c])
        #expect(Comparison(output.values, expected).error <= 1e-6)
    }

    @Test(arguments: [Pooling.max, .average], [[4, 6, 3], [5, 7, 4], [3, 2, 18]])
    func `the gradient is right, and a wrong one is found out`(kind: Pooling, shape: [Int]) throws {
        let probe = Probe(PoolingLayer(kind), [.shuffled(shape, seed: 9)], wanted: [true])
        let (right, wrong) = try probe.errors(input: 0, step: 0.01)
        #expect(right <= 1e-3)
        #expect(wrong > 1e-2)
    }

    @Test func `the first of equal values gets the whole gradient`() {
        let (_, saved) = PoolingLayer(.max).forward([Tensor(shape: [2, 2, 1], repeating: 3)], wanted: [true])
        let gradient = PoolingLayer(.max).backward(Tensor(shape: [1, 1, 1], repeating: 1), saved: saved)[0]
        #expect(gradient?.values == [1, 0, 0, 0])
    }
}

@Suite struct ChannelNormalizationTests {
    @Test func `each channel is shifted and scaled, and so is the gradient`() throws {
        let node = ChannelNormalization(mean: [0.1, 0.2, 0.3], std: [2, 4, 0.5])
        let output = node.forward([Tensor(shape: [1, 1, 3], values: [1.1, 1, 0.8])], wanted: [false]).output
        #expect(Comparison(output.values, [0.5, 0.2, 1.0] as [Float]).error <= 1e-6)
        let (right, wrong) = try Probe(node, [.random([3, 4, 3], seed: 10)], wanted: [true]).errors(input: 0, step: 0.1)
        #expect(right <= 1e-3)
        #expect(wrong > 1e-2)
    }
}

@Suite struct GraphTests {
    /// y = relu(conv(conv(x, k), k)): the kernel is used twice.
    private func graph() -> (Graph, x: Graph.Value, k: Graph.Value, first: Graph.Value, y: Graph.Value) {
        var graph = Graph()
        let x = graph.input(), k = graph.input()
        let bias = graph.parameter(Tensor(shape: [2], values: [0.3, -0.2]))
        let first = graph.apply(Convolution(), to: x, k, bias)
        let y = graph.apply(ReLU(), to: graph.apply(Convolution(), to: first, k, bias))
        return (graph, x, k, first, y)
    }

    @Test func `a parameter used by two nodes gets the sum of both gradients`() throws {
        let (graph, x, k, _, y) = graph()
        let picture = Tensor.random([6, 5, 2], seed: 11), kernel = Tensor.random([3, 3, 2, 2], seed: 12)
        let weights = Tensor.random([6, 5, 2], seed: 13)
        let evaluation = graph.evaluate([y], feeding: [x: picture, k: kernel], differentiating: [x, k])
        let gradients = evaluation.tape.gradients([x, k], from: [y: weights])
        let check = GradientCheck(step: 1e-3)
        for (value, at) in [(x, picture), (k, kernel)] {
            let gradient = try #require(gradients[value])
            let error = check.error(of: gradient, at: at) { changed in
                var feeds = [x: picture, k: kernel]
                feeds[value] = changed
                return graph.evaluate([y], feeding: feeds).outputs[y]?.dot(weights) ?? .nan
            }
            #expect(error <= 1e-2)
        }
    }

    @Test func `a gradient in the middle of the graph joins what arrives from above`() throws {
        let (graph, x, k, first, y) = graph()
        let feeds = [x: Tensor.random([6, 5, 2], seed: 11), k: Tensor.random([3, 3, 2, 2], seed: 12)]
        let seed = Tensor.random([6, 5, 2], seed: 13)
        func gradient(_ seeds: [Graph.Value: Tensor]) throws -> Tensor {
            let evaluation = graph.evaluate([first, y], feeding: feeds, differentiating: [x])
            return try #require(evaluation.tape.gradients([x], from: seeds)[x])
        }
        var sum = try gradient([first: seed])
        sum.add(try gradient([y: seed]))
        #expect(Comparison(try gradient([first: seed, y: seed]).values, sum.values).error <= 1e-5)
    }

    @Test func `a value that is asked for is not overwritten by what uses it`() throws {
        var graph = Graph()
        let x = graph.input()
        let shifted = graph.apply(ChannelNormalization(mean: [1], std: [1]), to: x)
        let y = graph.apply(ReLU(), to: shifted)
        let picture = Tensor(shape: [1, 2, 1], values: [0.5, 2])
        let outputs = graph.evaluate([x, shifted, y], feeding: [x: picture], differentiating: [x]).outputs
        #expect(outputs[x]?.values == [0.5, 2])
        #expect(outputs[shifted]?.values == [-0.5, 1])
        #expect(outputs[y]?.values == [0, 1])
    }
}
