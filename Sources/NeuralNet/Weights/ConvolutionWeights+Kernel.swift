public import Tensors

extension ConvolutionWeights {
    /// The weights in the layout of a layer's kernel: U×V×in×out, from [out][in][U][V].
    public var kernel: Tensor {
        let (n, c, taps) = (shape.out, shape.in, shape.kh * shape.kw)
        return Tensor(shape: [shape.kh, shape.kw, c, n]) { to in
            for o in 0..<n {
                for i in 0..<c {
                    for tap in 0..<taps { to[(tap * c + i) * n + o] = weights[(o * c + i) * taps + tap] }
                }
            }
        }
    }

    /// The parameters of a layer with `kernel` (U×V×in×out, or K×out with K = U·V·in) and `bias` (out).
    public init(name: String, shape: Shape, kernel: Tensor, bias: Tensor) {
        let (n, c, taps) = (shape.out, shape.in, shape.kh * shape.kw)
        precondition(kernel.count == n * c * taps, "a kernel of \(kernel.shape) is not \(shape.dimensions)")
        var weights = [Float](repeating: 0, count: kernel.count)
        kernel.read { from in
            for o in 0..<n {
                for i in 0..<c {
                    for tap in 0..<taps { weights[(o * c + i) * taps + tap] = from[(tap * c + i) * n + o] }
                }
            }
        }
        self.init(name: name, shape: shape, weights: weights, bias: Array(bias.values))
    }
}
