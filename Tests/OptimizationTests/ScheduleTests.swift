import Foundation
import Optimization
import Testing

/// The 1cycle policy as PyTorch 2.15 has it, in each step of `OneCycleLR`, and what refuses a schedule.
@Suite struct ScheduleTests {
    /// A cycle, and PyTorch's rate and momentum in each step.
    struct Golden: Sendable {
        let name: String
        let schedule: @Sendable () throws -> OneCycle
        let expected: [(rate: Double, momentum: Double)]
    }

    static let golden: [Golden] = [
        // max_lr=0.01, total_steps=12
        Golden(
            name: "the defaults", schedule: { try OneCycle(to: 0.01, steps: 12) },
            expected: [
                (0.0004, 0.95), (0.00349789654, 0.917730244), (0.00879285159, 0.862574463),
                (0.00994415435, 0.850558459), (0.0093301297, 0.85669873), (0.00811745654, 0.86882551),
                (0.00647378998, 0.885262241), (0.00462637103, 0.903736505), (0.00283060998, 0.921694187),
                (0.0013347753, 0.936652594), (0.000345669874, 0.946543687), (4e-08, 0.95),
            ]),
        // pct_start=0.25, anneal_strategy="linear", div_factor=10, final_div_factor=100, base_momentum=0.8,
        // max_momentum=0.9
        Golden(
            name: "linear",
            schedule: {
                try OneCycle(
                    to: 0.5, steps: 10, risingFraction: 0.25, startDivisor: 10, endDivisor: 100, momentum: 0.8...0.9,
                    annealing: .linear)
            },
            expected: [
                (0.05, 0.9), (0.35, 0.833333333), (0.4667, 0.806666667), (0.4001, 0.82), (0.3335, 0.833333333),
                (0.2669, 0.846666667), (0.2003, 0.86), (0.1337, 0.873333333), (0.0671, 0.886666667), (0.0005, 0.9),
            ]),
        // three_phase=True, pct_start=0.4, div_factor=4, final_div_factor=50
        Golden(
            name: "three phases",
            schedule: {
                try OneCycle(
                    to: 2, steps: 15, risingFraction: 0.4, startDivisor: 4, endDivisor: 50, descent: .mirrored)
            },
            expected: [
                (0.5, 0.95), (0.643237254, 0.94045085), (1.01823725, 0.91545085), (1.48176275, 0.88454915),
                (1.85676275, 0.85954915), (2, 0.85), (1.85676275, 0.85954915), (1.48176275, 0.88454915),
                (1.01823725, 0.91545085), (0.643237254, 0.94045085), (0.5, 0.95), (0.428241161, 0.95), (0.255, 0.95),
                (0.0817588386, 0.95), (0.01, 0.95),
            ]),
        // three_phase=True, pct_start=0.3, anneal_strategy="linear": phases that meet between steps
        Golden(
            name: "three linear phases",
            schedule: { try OneCycle(to: 0.1, steps: 11, annealing: .linear, descent: .mirrored) },
            expected: [
                (0.004, 0.95), (0.0457391304, 0.906521739), (0.0874782609, 0.863043478), (0.0707826087, 0.880434783),
                (0.0290434783, 0.923913043), (0.00370373333, 0.95), (0.00296306667, 0.95), (0.0022224, 0.95),
                (0.00148173333, 0.95), (0.000741066667, 0.95), (4e-07, 0.95),
            ]),
        // pct_start=0
        Golden(
            name: "no rise", schedule: { try OneCycle(to: 0.03, steps: 9, risingFraction: 0) },
            expected: [
                (0.0290953929, 0.853015369), (0.0264906807, 0.861697778), (0.02250003, 0.875),
                (0.0176047722, 0.891317591), (0.0123953478, 0.908682409), (0.00750009, 0.925),
                (0.00350943932, 0.938302222), (0.00090472707, 0.946984631), (1.2e-07, 0.95),
            ]),
        // pct_start=1
        Golden(
            name: "only a rise", schedule: { try OneCycle(to: 0.03, steps: 7, risingFraction: 1) },
            expected: [
                (0.0012, 0.95), (0.00312923419, 0.94330127), (0.0084, 0.925), (0.0156, 0.9), (0.0228, 0.875),
                (0.0280707658, 0.85669873), (0.03, 0.85),
            ]),
        Golden(
            name: "one step", schedule: { try OneCycle(to: 0.03, steps: 1) }, expected: [(1.2e-07, 0.95)]),
    ]

    @Test(arguments: golden.indices) func `a cycle has PyTorch's rates and momenta`(index: Int) throws {
        let golden = Self.golden[index], schedule = try golden.schedule()
        #expect(schedule.steps == golden.expected.count)
        for (step, expected) in golden.expected.enumerated() {
            let rates = schedule.rates(at: step), comment: Comment = "\(golden.name), step \(step): \(rates)"
            // The table has nine digits.
            #expect(abs(rates.learningRate / expected.rate - 1) < 1e-6, comment)
            #expect(abs(try #require(rates.momentum) - expected.momentum) < 1e-6, comment)
        }
    }

    @Test func `a cycle of the rate alone leaves the momentum, and a phase of no length is at its end`() throws {
        let schedule = try OneCycle(to: 0.3, steps: 5, momentum: nil)
        let expected = [0.012, 0.28514539, 0.183378607, 0.0564775038, 1.2e-06]
        for (step, rate) in expected.enumerated() {
            let rates = schedule.rates(at: step)
            #expect(abs(rates.learningRate / rate - 1) < 1e-6 && rates.momentum == nil, "\(step): \(rates)")
        }
        // PyTorch divides by zero here.
        #expect(try OneCycle(to: 0.3, steps: 4, risingFraction: 0.25).rates(at: 0).learningRate == 0.3)
    }

    @Test func `a cosine falls from the first rate towards 0`() throws {
        let schedule = try CosineDecay(from: 0.4, steps: 4)
        let rates = (0..<4).map { schedule.rates(at: $0) }
        for (rate, expected) in zip(rates, [0.4, 0.2 + 0.2 * 0.5.squareRoot(), 0.2, 0.2 - 0.2 * 0.5.squareRoot()]) {
            #expect(abs(rate.learningRate - expected) < 1e-12 && rate.momentum == nil)
        }
    }

    @Test func `settings out of their range are refused`() {
        func refused(_ setting: String, _ make: () throws -> any LearningSchedule) {
            #expect("\(setting)") {
                _ = try make()
            } throws: { error in
                guard case .outOfRange(let name, let value, let allowed) = error as? TrainingError else { return false }
                return name == setting && "\(error)" == "\(name) is \(value), not \(allowed)"
            }
        }
        for rate in [0, -1, .infinity, .nan] {
            refused("the largest learning rate") { try OneCycle(to: rate, steps: 9) }
            refused("the learning rate") { try CosineDecay(from: rate, steps: 9) }
        }
        for steps in [0, -3] {
            refused("the number of steps") { try OneCycle(to: 1, steps: steps) }
            refused("the number of steps") { try CosineDecay(from: 1, steps: steps) }
        }
        for fraction in [-0.1, 1.1, .nan] {
            refused("the fraction of rising steps") { try OneCycle(to: 1, steps: 9, risingFraction: fraction) }
        }
        refused("the fraction of rising steps") {
            try OneCycle(to: 1, steps: 9, risingFraction: 0.6, descent: .mirrored)
        }
        for divisor in [0.9, 0, .infinity, .nan] {
            refused("the divisor of the first rate") { try OneCycle(to: 1, steps: 9, startDivisor: divisor) }
            refused("the divisor of the last rate") { try OneCycle(to: 1, steps: 9, endDivisor: divisor) }
        }
        refused("the least momentum") { try OneCycle(to: 1, steps: 9, momentum: -0.1...0.9) }
        refused("the largest momentum") { try OneCycle(to: 1, steps: 9, momentum: 0.8...1) }
    }
}
