package import Tensors

extension Tensor {
    /// A tensor of uniform random values.
    package static func random(_ shape: [Int], in range: ClosedRange<Float> = -1...1, seed: UInt64) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        return Tensor(
            shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float.random(in: range, using: &generator) })
    }

    /// A tensor of distinct values a fixed gap apart, in random order: no two are closer than `gap`, none closer to 0
    /// than a quarter of it.
    package static func shuffled(_ shape: [Int], gap: Float = 0.05, seed: UInt64) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        let count = shape.reduce(1, *)
        let values = (0..<count).map { (Float($0) - Float(count / 2) + 0.25) * gap }
        return Tensor(shape: shape, values: values.shuffled(using: &generator))
    }
}
