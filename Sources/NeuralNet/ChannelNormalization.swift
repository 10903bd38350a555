package import Tensors

/// y = (x − mean) / std for each channel of an H×W×C input, as pretrained networks expect their pictures.
package struct ChannelNormalization: FunctionNode {
    /// What is subtracted from, and then divides, each channel.
    package let mean, std: [Float]

    /// A normalization of `mean.count` channels; no `std` is 0.
    package init(mean: [Float], std: [Float]) {
        precondition(
            mean.count == std.count && std.allSatisfy { $0 != 0 }, "each channel needs a mean and a std that is not 0")
        self.mean = mean
        self.std = std
    }

    package func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Void) {
        (applied(to: inputs[0]) { ($0 - mean[$1]) / std[$1] }, ())
    }

    package func backward(_ outputGradient: consuming Tensor, saved: Void) -> [Tensor?] {
        [applied(to: outputGradient) { $0 / std[$1] }]
    }

    private func applied(to x: Tensor, _ body: (Float, Int) -> Float) -> Tensor {
        let channels = mean.count
        precondition(x.shape.last == channels, "expected \(channels) channels, got a shape of \(x.shape)")
        return Tensor(shape: x.shape) { out in
            x.read { source in
                for i in 0..<x.count / channels {
                    for c in 0..<channels { out[i * channels + c] = body(source[i * channels + c], c) }
                }
            }
        }
    }
}
