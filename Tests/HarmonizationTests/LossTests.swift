import Harmonization
import Imaging
import Tensors
import TestSupport
import Testing

/// Gradients against central differences, each with a wrong gradient that the same check must find out.
@Suite struct LossTests {
    private let shape = [6, 5, 4]
    private let features = Tensor.random([6, 5, 4], in: 0...2, seed: 1)
    private let mask = Mask(width: 5, height: 6, values: (0..<30).map { $0 % 4 == 0 ? 0 : Float($0 % 7) / 6 })

    /// Checks value and gradient of a loss at `x`; the weight must scale the gradient and leave the value alone.
    private func check(
        at x: Tensor, step: Float, tolerance: Double, sourceLocation: SourceLocation = #_sourceLocation,
        _ loss: (Tensor, Float, inout Tensor) -> Double
    ) {
        var gradient = Tensor(shape: x.shape, repeating: 0)
        let value = loss(x, 1, &gradient)
        var weighted = Tensor(shape: x.shape, repeating: 1)
        #expect(loss(x, 3, &weighted) == value, sourceLocation: sourceLocation)
        #expect(
            Comparison(weighted, gradient.values.map { 1 + 3 * Double($0) }).error <= 1e-6,
            sourceLocation: sourceLocation)
        let check = GradientCheck(step: step)
        func probe(_ point: Tensor) -> Double {
            var ignored = Tensor(shape: point.shape, repeating: 0)
            return loss(point, 1, &ignored)
        }
        #expect(check.error(of: gradient, at: x, probe) <= tolerance, sourceLocation: sourceLocation)
        #expect(check.error(of: check.spoiled(gradient), at: x, probe) > 5e-2, sourceLocation: sourceLocation)
    }

    @Test func `content: gradient, and 0 at the target`() {
        let loss = ContentLoss(target: .random(shape, in: 0...2, seed: 2), mask: mask)
        check(at: features, step: 0.1, tolerance: 1e-3) { loss($0, weight: $1, into: &$2) }
        var gradient = Tensor(shape: shape, repeating: 0)
        #expect(ContentLoss(target: features, mask: mask)(features, into: &gradient) == 0)
        #expect(gradient.values.allSatisfy { $0 == 0 })
    }

    @Test func `style: gradient, and 0 at the target`() {
        let target = Gram.matrix(.random([30, 4], in: 0...2, seed: 3), weights: mask.values)
        let loss = StyleLoss(target: target, mask: mask, part: 0.3)
        check(at: features, step: 0.01, tolerance: 1e-2) { loss($0, weight: $1, into: &$2) }
        let own = StyleLoss(
            target: Gram.matrix(features.reshaped([30, 4]), weights: mask.values), mask: mask, part: 0.3)
        var gradient = Tensor(shape: shape, repeating: 0)
        #expect(own(features, into: &gradient) <= 1e-12)
    }

    @Test func `histogram: gradient with the remapped values held constant`() {
        let positions = [0, 3, 4, 9, 11, 20, 28, 29]
        let histogram = ChannelHistogram(.random([50, 4], in: 1...3, seed: 4))
        let remap = HistogramRemap(onto: histogram, range: .style)
        let loss = HistogramLoss(remap: remap, positions: positions, taps: 2)
        // Distinct values more than two steps apart keep their ranks, and with them the remapped values.
        check(at: .shuffled(shape, gap: 0.03, seed: 5), step: 0.01, tolerance: 1e-2) { loss($0, weight: $1, into: &$2) }
    }

    @Test func `total variation: gradient, and only where the mask is 1`() {
        let loose = Mask(width: 5, height: 6, values: (0..<30).map { $0 % 5 == 4 || $0 < 5 ? 0 : 1 })
        let loss = TotalVariation(mask: loose)
        let x = Tensor.random([6, 5, 3], in: 0...1, seed: 6)
        check(at: x, step: 0.1, tolerance: 1e-3) { loss($0, weight: $1, into: &$2) }
        var gradient = Tensor(shape: x.shape, repeating: 0)
        _ = loss(x, into: &gradient)
        for pixel in 0..<30 where loose.values[pixel] == 0 {
            #expect((0..<3).allSatisfy { gradient.values[3 * pixel + $0] == 0 })
        }
    }

    @Test func `the whole objective's gradient is that of its total`() throws {
        let scene = Scene.shared
        let pass = try scene.targets.secondPass(
            after: scene.image("pass1.result"), weights: Settings.faithful.pass2Weights(level: 5, smoothness: 1),
            range: .style)
        let x = scene.image("x")
        let gradient = pass.evaluate(x).gradient
        // Along the gradient itself the total must fall at the rate of its squared norm.
        let squared = gradient.values.reduce(0) { $0 + Double($1) * Double($1) }
        let step = 1e-3 / squared.squareRoot()
        func total(_ sign: Double) -> Double {
            var moved = x
            for i in moved.values.indices { moved.values[i] += Float(sign * step) * gradient.values[i] }
            return pass.evaluate(moved).losses.total
        }
        let slope = (total(1) - total(-1)) / (2 * step)
        // The histogram's targets move with x, which the gradient leaves out by definition.
        #expect(abs(slope / squared - 1) <= 0.05)
    }
}
