import NeuralNet
import Tensors
import TestSupport
import Testing

/// The convolution as its formula reads, in Double, of (N×)H×W×C.
func plainConvolution(
    _ x: Tensor, _ kernel: Tensor, _ bias: Tensor, stride: Int = 1, padTop: Int = 1, padLeft: Int = 1
) -> [Double] {
    let (h, w, c) = (x.shape[x.shape.count - 3], x.shape[x.shape.count - 2], x.shape[x.shape.count - 1])
    let (kh, kw, m) = (kernel.shape[0], kernel.shape[1], kernel.shape[3])
    let (xv, kv, bv) = (x.values, kernel.values, bias.values)
    var result: [Double] = []
    for map in 0..<x.count / (h * w * c) {
        for i in Swift.stride(from: -padTop, through: h + padTop - kh, by: stride) {
            for j in Swift.stride(from: -padLeft, through: w + padLeft - kw, by: stride) {
                for o in 0..<m {
                    var sum = Double(bv[o])
                    for u in 0..<kh where (0..<h).contains(i + u) {
                        for v in 0..<kw where (0..<w).contains(j + v) {
                            for d in 0..<c {
                                sum +=
                                    Double(kv[((u * kw + v) * c + d) * m + o])
                                    * Double(xv[((map * h + i + u) * w + j + v) * c + d])
                            }
                        }
                    }
                    result.append(sum)
                }
            }
        }
    }
    return result
}

@Suite struct ConvolutionTests {
    /// A convolution to try: the input, (N×)H×W×C, the kernel, U×V×C×M, and what goes with it.
    struct Case: CustomTestStringConvertible {
        let input, kernel: [Int]
        let stride: Int
        let padding: Convolution.Padding

        var testDescription: String { "\(input) by \(kernel), stride \(stride), padding \(padding)" }

        init(_ input: [Int], _ kernel: [Int], stride: Int = 1, _ padding: Convolution.Padding = .same) {
            (self.input, self.kernel, self.stride, self.padding) = (input, kernel, stride, padding)
        }

        var operands: [Tensor] {
            [.random(input, seed: 1), .random(kernel, seed: 2), .random([kernel[3]], seed: 3)]
        }

        var node: Convolution { Convolution(stride: stride, padding: padding) }

        var plain: [Double] {
            let (padTop, padLeft) =
                switch padding {
                case .valid: (0, 0)
                case .same: (kernel[0] / 2, kernel[1] / 2)
                case .zeros(let count): (count, count)
                }
            let x = operands
            return plainConvolution(x[0], x[1], x[2], stride: stride, padTop: padTop, padLeft: padLeft)
        }
    }

    /// Odd sizes, one row, one column, kernels that are even, oblong or as large as the input, strides that leave rows over,
    /// batches, and maps of several bands.
    static let cases = [
        Case([5, 7, 3], [3, 3, 3, 4]), Case([1, 9, 2], [3, 3, 2, 3]), Case([8, 1, 2], [3, 3, 2, 3]),
        Case([1, 1, 4], [3, 3, 4, 2]), Case([6, 6, 1], [1, 1, 1, 1], .valid), Case([9, 8, 2], [5, 5, 2, 5]),
        Case([7, 6, 3], [3, 3, 3, 2], .valid), Case([4, 5, 2], [3, 3, 2, 2], .zeros(2)),
        Case([70, 67, 16], [3, 3, 16, 3]), Case([3, 7, 6, 2], [5, 3, 2, 3]),
        Case([2, 9, 8, 3], [3, 3, 3, 4], stride: 2), Case([9, 8, 3], [3, 3, 3, 4], stride: 2, .valid),
        Case([2, 10, 7, 2], [4, 2, 2, 3], stride: 3, .zeros(1)), Case([11, 11, 1], [2, 2, 1, 2], stride: 4, .valid),
        Case([2, 5, 4, 3], [5, 4, 3, 6], .valid), Case([40, 6, 7, 1], [3, 3, 1, 6], stride: 2),
        Case([160, 130, 4], [5, 5, 4, 3], stride: 2), Case([200, 96, 4], [3, 3, 4, 2]),
    ]

    @Test(arguments: cases) func `the output is that of the plain loop`(of: Case) {
        let (output, _) = of.node.forward(of.operands, wanted: [false, false, false])
        #expect(output.shape.count == of.input.count && output.shape.last == of.kernel[3])
        let comparison = Comparison(output, of.plain)
        #expect(comparison.error <= 1e-5, "\(comparison)")
    }

    @Test(arguments: cases) func `each input's gradient is right, and a wrong one is found out`(of: Case) throws {
        let probe = Probe(of.node, of.operands, wanted: [true, true, true])
        for input in 0..<3 {
            // Linear in each input: a wide step costs nothing and drowns Float's rounding.
            let (right, wrong) = try probe.errors(input: input, step: 0.5)
            #expect(right <= 1e-3)
            #expect(wrong > 1e-2)
        }
    }

    @Test(arguments: cases, Instructions.allCases)
    func `results depend neither on the threads nor on the instructions`(of: Case, instructions: Instructions) throws {
        if !instructions.isAvailable { try Test.cancel("skipped: this processor lacks \(instructions)") }
        func results(_ threads: Int, _ instructions: Instructions) -> [FloatBuffer?] {
            Instructions.$most.withValue(instructions) {
                Parallel.with(threads: threads) {
                    let probe = Probe(of.node, of.operands, wanted: [true, true, true])
                    return [probe.output.values] + probe.gradients.map { $0?.values }
                }
            }
        }
        let expected = results(1, .baseline)
        for threads in [1, 2, 7] { #expect(results(threads, instructions) == expected) }
    }

    @Test func `frozen parameters cost no gradient and keep no activations`() {
        let of = Self.cases[0]
        let (_, saved) = Convolution().forward(of.operands, wanted: [true, false, false])
        let gradients = Convolution().backward(.random([5, 7, 4], seed: 4), saved: saved)
        #expect(gradients[0] != nil && gradients[1] == nil && gradients[2] == nil)
    }

    @Test func `half a border and half a stride give half the size, rounded up`() {
        for (size, stride, expected) in [(7, 1, 7), (7, 2, 4), (8, 2, 4), (9, 3, 3), (10, 3, 4)] {
            let x = Tensor.random([size, size, 1], seed: 1)
            let y = Convolution(stride: stride).value(x, .random([5, 5, 1, 2], seed: 2), .random([2], seed: 3))
            #expect(y.shape == [expected, expected, 2])
        }
    }
}
