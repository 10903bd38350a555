package import Tensors

/// Compares a gradient with central differences on seeded, sampled coordinates.
package struct GradientCheck {
    /// The distance to either side; choose it by the function's curvature and Float's precision.
    package var step: Float
    /// The coordinates that are sampled.
    package var samples = 200

    package init(step: Float) { self.step = step }

    /// The largest difference between `gradient` and the central difference of `value` around `x`, over the largest
    /// central difference.
    package func error(of gradient: Tensor, at x: Tensor, _ value: (Tensor) -> Double) -> Double {
        precondition(gradient.count == x.count, "a gradient of \(gradient.count) for \(x.count) variables")
        var generator = SeededGenerator(seed: 7)
        let coordinates = Array(0..<x.count).shuffled(using: &generator).prefix(samples)
        let analytic = gradient.values
        var point = x.values
        var pairs: [(numeric: Double, analytic: Double)] = []
        for i in coordinates {
            let before = point[i]
            let (right, left) = (before + step, before - step)
            point[i] = right
            let above = value(Tensor(shape: x.shape, values: point))
            point[i] = left
            let below = value(Tensor(shape: x.shape, values: point))
            point[i] = before
            pairs.append(((above - below) / (Double(right) - Double(left)), Double(analytic[i])))
        }
        if pairs.contains(where: { !($0.numeric - $0.analytic).isFinite }) { return .infinity }
        let scale = pairs.map { abs($0.numeric) }.max() ?? 0
        let worst = pairs.map { abs($0.numeric - $0.analytic) }.max() ?? 0
        return scale > 0 ? worst / scale : worst
    }

    /// The gradient with one of the sampled coordinates wrong by a tenth of the largest: the control that a check
    /// must not pass.
    package func spoiled(_ gradient: Tensor) -> Tensor {
        var generator = SeededGenerator(seed: 7)
        let coordinates = Array(0..<gradient.count).shuffled(using: &generator).prefix(samples)
        var values = gradient.values
        let largest = coordinates.map { abs(values[$0]) }.max() ?? 0
        if let victim = coordinates.first { values[victim] += largest > 0 ? 0.1 * largest : 0.1 }
        return Tensor(shape: gradient.shape, values: values)
    }
}
