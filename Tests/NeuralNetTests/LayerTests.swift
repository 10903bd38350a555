import Geometry
import NeuralNet
import Tensors
import TestSupport
import Testing

@Suite struct RectifiedConvolutionTests {
    /// Height, width, channels in and out: Winograd's way by blocks and by steps, then the plain sum with full panels,
    /// several outputs to a panel, and channels that fill no byte of bits.
    static let shapes: [[Int]] = [
        [9, 14, 16, 32], [23, 70, 48, 16], [2, 3, 16, 16], [65, 67, 16, 16], [21, 26, 256, 256],
        [31, 33, 3, 16], [30, 29, 16, 3], [7, 6, 20, 24], [19, 18, 5, 11], [2, 2, 1, 1], [40, 5, 32, 40],
    ]

    /// Winograd's transforms add to the rounding of a sum over channels, which grows with its root.
    private func tolerance(_ s: [Int]) -> Double { 1e-5 * max(1, (Double(max(s[2], s[3])) / 64).squareRoot()) }

    /// The node, and what the plain nodes give for its input one after the other.
    private func nodes(_ s: [Int], _ pooling: Pooling?) -> (RectifiedConvolution, Probe<Chain>) {
        let kernel = Tensor.random([3, 3, s[2], s[3]], seed: 2), bias = Tensor.random([s[3]], seed: 3)
        let chain = Chain(kernel: kernel, bias: bias, pooling: pooling)
        let x = Tensor.random([s[0], s[1], s[2]], seed: 1)
        return (
            RectifiedConvolution(kernel: kernel, bias: bias, pooling: pooling), Probe(chain, [x], wanted: [true])
        )
    }

    @Test(arguments: shapes, [nil, Pooling.average, .max])
    func `output and gradient are those of convolution, ReLU and pooling in turn`(s: [Int], pooling: Pooling?) throws {
        let (node, chain) = nodes(s, pooling)
        let (output, saved) = node.forward(chain.inputs, wanted: [true])
        let expected = chain.node.value(chain.inputs[0])
        #expect(output.shape == expected.shape)
        let comparison = Comparison(output.values, expected.values)
        #expect(comparison.error <= tolerance(s), "\(comparison)")
        let gradient = try #require(node.backward(chain.weights, saved: saved)[0])
        #expect(gradient.shape == chain.inputs[0].shape)
        let gradientComparison = Comparison(gradient.values, try #require(chain.gradients[0]).values)
        #expect(gradientComparison.error <= tolerance(s), "\(gradientComparison)")
        // What is not asked for is not recorded, and changes nothing.
        #expect(node.value(chain.inputs[0]).values == output.values)
    }

    @Test(arguments: shapes.dropLast(), Instructions.available)
    func `any instructions give the plain loop's output`(s: [Int], instructions: Instructions) throws {
        let x = Tensor.random([s[0], s[1], s[2]], seed: 5)
        let kernel = Tensor.random([3, 3, s[2], s[3]], seed: 6), bias = Tensor.random([s[3]], seed: 7)
        let plain = plainConvolution(x, kernel, bias)
        let prepared = PreparedKernel(kernel), window = PreparedKernel.Window.same(x)
        for reduction in [PreparedKernel.Reduction.none, .average, .max] {
            let (output, mask) = prepared.rectified(
                x, window: window, bias: bias, reduction: reduction, recording: true, instructions: instructions)
            var expected = Tensor(shape: [s[0], s[1], s[3]], values: plain.map { Float(max($0, 0)) })
            if reduction != .none { expected = PoolingLayer(reduction == .max ? .max : .average).value(expected) }
            let comparison = Comparison(output.values, expected.values)
            #expect(comparison.error <= tolerance(s), "\(comparison)")
            let most = prepared.rectified(x, window: window, bias: bias, reduction: reduction, recording: true)
            #expect(output.values == most.output.values, "the best set rounds otherwise")
            // The gradient with the same mask, which any instructions read alike.
            let back = PreparedKernel(RectifiedConvolution.turned(kernel))
            let dy = Tensor.random(output.shape, seed: 8)
            let gradient = back.correlated(
                dy, through: try #require(mask), window: window, instructions: instructions)
            let reference = back.correlated(dy, through: try #require(mask), window: window)
            #expect(gradient.values == reference.values, "the best set rounds otherwise")
        }
    }

    @Test func `inputs and outputs are scaled at no cost`() {
        let (node, chain) = nodes([9, 14, 16, 32], .max)
        let scaled = node.scaled(input: 4, output: 0.5)
        var x = chain.inputs[0]
        x.scale(by: 4)
        var expected = node.value(x)
        expected.scale(by: 0.5)
        let (output, saved) = scaled.forward(chain.inputs, wanted: [true])
        #expect(Comparison(output.values, expected.values).error <= 1e-5)
        let (_, unscaled) = node.forward([x], wanted: [true])
        let gradient = scaled.backward(chain.weights, saved: saved)[0]?.values ?? []
        let expectedGradient = node.backward(chain.weights, saved: unscaled)[0]?.values.map { $0 * 2 } ?? []
        #expect(Comparison(gradient, expectedGradient).error <= 1e-5)
    }

    @Test(
        arguments: [
            (Region(columns: 3..<9, rows: 4..<7), Region(columns: 2..<10, rows: 2..<8)),
            (Region(columns: 0..<12, rows: 0..<3), Region(columns: 0..<12, rows: 0..<4)),
            (Region(columns: 5..<12, rows: 9..<11), Region(columns: 4..<12, rows: 8..<11)),
        ], [[16, 32], [5, 7]])
    func `an input laid in a constant map gives that part of the whole output`(
        place: (inner: Region, outer: Region), channels: [Int]
    ) throws {
        let (inner, outer) = place
        let (node, chain) = nodes([11, 12] + channels, nil)
        let laid = node.laid(inner, in: chain.inputs[0], giving: outer)
        let (output, saved) = laid.forward([inner.part(of: chain.inputs[0])], wanted: [true])
        let whole = chain.node.value(chain.inputs[0])
        #expect(Comparison(output.values, outer.part(of: whole).values).error <= 1e-5)
        let seed = Tensor.random(output.shape, seed: 10)
        let gradient = laid.backward(seed, saved: saved)[0]
        let zeros = Tensor(shape: whole.shape, repeating: 0)
        let (_, all) = chain.node.forward(chain.inputs, wanted: [true])
        let wholeGradient = chain.node.backward(zeros.replacing(outer, by: seed), saved: all)[0]
        let comparison = Comparison(
            try #require(gradient).values, inner.part(of: try #require(wholeGradient)).values)
        #expect(comparison.error <= 1e-5, "\(comparison)")
    }
}

/// Convolution, ReLU and pooling as they stand for themselves, one after the other.
private struct Chain: FunctionNode {
    let kernel, bias: Tensor
    let pooling: Pooling?

    func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Graph.Evaluation) {
        var graph = Graph()
        let x = graph.input()
        var y = graph.apply(Convolution(), to: x, graph.parameter(kernel), graph.parameter(bias))
        y = graph.apply(ReLU(), to: y)
        if let pooling { y = graph.apply(PoolingLayer(pooling), to: y) }
        let evaluation = graph.evaluate([y], feeding: [x: inputs[0]], differentiating: [x])
        return (evaluation.outputs[y] ?? inputs[0], evaluation)
    }

    func backward(_ outputGradient: consuming Tensor, saved: Graph.Evaluation) -> [Tensor?] {
        guard let y = saved.outputs.keys.first else { return [nil] }
        var graph = Graph()
        let x = graph.input()
        return [saved.tape.gradients([x], from: [y: outputGradient])[x]]
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
        #expect(dx?.values == FloatBuffer(zip(x.values, dy.values).map { $0 > 0 ? $1 : 0 }))
    }
}

@Suite struct PoolingTests {
    @Test(arguments: [Pooling.max, .average], [[4, 6, 3], [5, 7, 4], [2, 2, 1], [3, 2, 18], [3, 5, 4, 3]])
    func `the output is the largest or mean of each 2×2 block`(kind: Pooling, shape: [Int]) {
        let x = Tensor.random(shape, seed: 8)
        let map = Array(shape.suffix(3))
        let (h, w, c, v) = (map[0], map[1], map[2], x.values)
        var expected: [Float] = []
        for top in stride(from: 0, to: x.count, by: h * w * c) {
            for y in 0..<h / 2 {
                for z in 0..<w / 2 {
                    for d in 0..<c {
                        let block = [0, 1, w, w + 1].map { v[top + (2 * y * w + 2 * z + $0) * c + d] }
                        expected.append(kind == .max ? block.max() ?? 0 : block.reduce(0, +) / 4)
                    }
                }
            }
        }
        let output = PoolingLayer(kind).forward([x], wanted: [false]).output
        #expect(output.shape == shape.dropLast(3) + [h / 2, w / 2, c])
        #expect(Comparison(output.values, expected).error <= 1e-6)
    }

    @Test(arguments: [Pooling.max, .average], [[4, 6, 3], [5, 7, 4], [3, 2, 18], [3, 5, 4, 3]])
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
