import Foundation
import Optimization
import Tensors
import Testing

@Suite struct RangeTestTests {
    private let start = Tensor(shape: [1], values: [1])

    /// A test of losses that are known step by step, whatever is learned.
    private func curve(
        _ test: LearningRateRangeTest, _ loss: (Int) -> Double
    ) throws -> LearningRateRangeTest.Curve {
        var step = -1
        return try test.run(
            from: start, by: GradientDescent(learningRate: 1), over: [1, 2, 3], batchSize: 2, seed: 1
        ) { _, _, _ in
            step += 1
            return (loss(step), Tensor(shape: [1], values: [1]))
        }
    }

    /// Falls fastest in step 80, is least in step 140, and then rises without end.
    private func valley(_ step: Int) -> Double {
        2 - tanh(Double(step - 80) / 15) + (step > 140 ? pow(Double(step - 140) / 10, 2) : 0)
    }

    @Test func `the rate is that of the formula, and falls and rises are found where they are`() throws {
        let curve = try curve(LearningRateRangeTest(rates: 1e-5...10, smoothing: 0)) { self.valley($0) }
        for (step, point) in curve.points.enumerated() {
            #expect(abs(point.learningRate / pow(10, -5 + 6 * Double(step) / 199) - 1) < 1e-12)
            #expect(point.loss == valley(step) && point.smoothedLoss == point.loss)
        }
        // The step in which the loss is above four times the least one, which is 1, is the last.
        let last = try #require((141...199).first { valley($0) > 4 * valley(140) })
        #expect(curve.hasDiverged && curve.points.count == last + 1)
        #expect(curve.suggestedRate(by: .steepestDescent) == curve.points[80].learningRate)
        #expect(curve.suggestedRate(by: .tenthOfMinimum) == curve.points[140].learningRate / 10)
    }

    @Test func `a linear test grows by equal amounts`() throws {
        let curve = try curve(LearningRateRangeTest(rates: 0.1...0.5, steps: 5, growth: .linear)) {
            1 + Double($0) / 10
        }
        #expect(curve.points.count == 5 && !curve.hasDiverged)
        for (step, point) in curve.points.enumerated() {
            #expect(abs(point.learningRate - (0.1 + 0.1 * Double(step))) < 1e-12)
        }
        // The loss never fell.
        for rule in LearningRateRangeTest.Curve.Rule.allCases { #expect(curve.suggestedRate(by: rule) == nil) }
    }

    @Test func `losses are smoothed, and noise at the beginning is no descent`() throws {
        let noise: [Double] = [3, -3, 1, -2]
        func loss(_ step: Int) -> Double { 10 * valley(step) + (step < 4 ? noise[step] : 0) }
        let curve = try curve(LearningRateRangeTest(rates: 1e-5...10, smoothing: 0.75, divergence: 3), loss)
        // s = Σ βᵏ⁻ʲ·lⱼ / Σ βᵏ⁻ʲ
        for (step, point) in curve.points.enumerated() {
            let weights = (0...step).map { pow(0.75, Double(step - $0)) }
            let expected = zip(weights, 0...step).reduce(0) { $0 + $1.0 * loss($1.1) } / weights.reduce(0, +)
            #expect(abs(point.smoothedLoss - expected) < 1e-9)
        }
        let smoothed = curve.points.map(\.smoothedLoss), least = try #require(smoothed.min())
        let after = smoothed.drop { $0 > least }.dropLast()
        #expect(curve.hasDiverged && !after.isEmpty && after.allSatisfy { $0 <= 3 * least })
        #expect(try #require(smoothed.last) > 3 * least)
        // Three steps late, as β / (1 − β) has it.
        let steepest = try #require(curve.suggestedRate())
        let step = try #require(curve.points.firstIndex { $0.learningRate == steepest })
        #expect(abs(step - 83) <= 1, "\(step)")
    }

    @Test func `a parabola diverges where theory says, and twice with the same bits`() throws {
        // x²·4: gradient descent diverges beyond a rate of 2/8.
        func run() throws -> LearningRateRangeTest.Curve {
            try LearningRateRangeTest(rates: 1e-4...10, steps: 100, smoothing: 0).run(
                from: start, by: GradientDescent(learningRate: 7), over: Array(0..<9), batchSize: 4, seed: 3
            ) { _, x, _ in (4 * x.dot(x), Tensor.combination([x], [8])) }
        }
        let curve = try run(), again = try run()
        #expect(curve.points == again.points && curve.points.count < 100 && curve.hasDiverged)
        let last = try #require(curve.points.last).learningRate
        #expect(last > 0.25 && last < 1, "\(last)")
        let least = try #require(curve.suggestedRate(by: .tenthOfMinimum)) * 10
        #expect(least > 0.1 && least < 0.3, "\(least)")
        #expect(try #require(curve.suggestedRate()) < 0.25)
    }

    @Test func `a loss that is no number ends the test`() throws {
        let curve = try curve(LearningRateRangeTest(steps: 50)) { $0 < 20 ? 1 : .nan }
        #expect(curve.hasDiverged && curve.points.count == 20)
    }

    @Test func `a valley that is too narrow for a slope has a least loss alone`() throws {
        let curve = try curve(LearningRateRangeTest(steps: 20)) { $0 < 3 ? 2 : 1.5 }
        #expect(curve.suggestedRate(by: .tenthOfMinimum) != nil)
        let sudden = try self.curve(LearningRateRangeTest(steps: 20)) { $0 < 3 ? 5 - Double($0) : 9 }
        #expect(sudden.suggestedRate(by: .steepestDescent) == nil)
    }

    @Test func `settings out of their range are refused`() throws {
        for (setting, make) in [
            ("the least learning rate", { try LearningRateRangeTest(rates: 0...1) }),
            ("the largest learning rate", { try LearningRateRangeTest(rates: 1...1) }),
            ("the largest learning rate", { try LearningRateRangeTest(rates: 1...(.infinity)) }),
            ("the number of steps", { try LearningRateRangeTest(steps: 1) }),
            ("the smoothing", { try LearningRateRangeTest(smoothing: 1) }),
            ("the smoothing", { try LearningRateRangeTest(smoothing: -0.1) }),
            ("the divergence", { try LearningRateRangeTest(divergence: 1) }),
            ("the divergence", { try LearningRateRangeTest(divergence: .infinity) }),
        ] as [(String, () throws -> LearningRateRangeTest)] {
            #expect("\(setting)") {
                _ = try make()
            } throws: {
                guard case .outOfRange(setting, _, _) = $0 as? TrainingError else { return false }
                return true
            }
        }
        let test = try LearningRateRangeTest()
        #expect(throws: TrainingError.noSamples) {
            try test.run(from: start, by: Adam(learningRate: 1), over: [Int](), batchSize: 1, seed: 1) { _, x, _ in
                (0, x)
            }
        }
    }
}
