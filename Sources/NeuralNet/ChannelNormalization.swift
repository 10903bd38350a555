package import Tensors

/// y = (x − mean) / std for each channel of an H×W×C input, the usual preprocessing of pretrained networks.
package struct ChannelNormalization: FunctionNode {
    /// The mean and the standard deviation of each channel.
    package let mean, std: [Float]

    /// A normalization of `mean.count` channels; no `std` is 0.
    package init(mean: [Float], std: [Float]) {
        precondition(
            mean.count == std.count && std.allSatisfy { $0 != 0 }, "each channel needs a mean and a std that is not 0")
        self.mean = mean
        self.std = std
    }

    package func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Void) {
        (shiftedAndScaled(inputs[0], by: mean), ())
    }

    package func backward(_ outputGradient: consuming Tensor, saved: Void) -> [Tensor?] {
        [shiftedAndScaled(outputGradient, by: mean.map { _ in 0 })]
    }

    /// (x − shift) / std for each channel.
    private func shiftedAndScaled(_ x: Tensor, by shift: [Float]) -> Tensor {
        let channels = std.count
        precondition(x.shape.last == channels, "expected \(channels) channels, got a shape of \(x.shape)")
        return Tensor(shape: x.shape) { out in
            x.read { source in
                parallelFor(x.count / channels, inPartsOf: 4096) { pixels in
                    for c in 0..<channels {
                        let (shift, std) = (shift[c], std[c])
                        for i in pixels { out[i * channels + c] = (source[i * channels + c] - shift) / std }
                    }
                }
            }
        }
    }
}
