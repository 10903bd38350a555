internal import Imaging
internal import Tensors

/// The normalization of inputs: (v − mean) / std; the padding has v = 0.
struct Normalization {
    let mean, std: Float

    /// The mean and the standard deviation of the digits' values.
    init(of digits: [Digit]) {
        let values = digits.flatMap(\.ink.values)
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        let square = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(values.count)
        (self.mean, std) = (Float(mean), Float(square.squareRoot()))
    }

    init(mean: Float, std: Float) { (self.mean, self.std) = (mean, std) }

    /// A batch, N×28×28×1, of digits with a distortion each.
    func batch(_ digits: [Mask], _ distortions: [Distortion]) -> Tensor {
        let count = LeNet5.side * LeNet5.side
        return Tensor(shape: [digits.count, LeNet5.side, LeNet5.side, 1]) { out in
            parallelFor(digits.count) { n in
                for i in 0..<count {
                    let value = distortions[n].value(of: digits[n], x: i % LeNet5.side, y: i / LeNet5.side)
                    out[n * count + i] = (value - mean) / std
                }
            }
        }
    }

    /// A batch of undistorted digits.
    func batch(_ digits: [Mask]) -> Tensor { batch(digits, digits.map { _ in .none }) }
}
