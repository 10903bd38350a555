import Foundation
import Plotting
import Tensors
import TestSupport
import Testing

@Suite struct TicksTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let range: ClosedRange<Double>
        let most: Int
        let ticks: [Double]
        var testDescription: String { "\(range), at most \(most)" }

        init(_ range: ClosedRange<Double>, _ most: Int, _ ticks: [Double]) {
            (self.range, self.most, self.ticks) = (range, most, ticks)
        }
    }

    @Test(
        "even ticks are multiples of 1, 2 or 5",
        arguments: [
            Case(0...1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1]),
            Case(0...1, 5, [0, 0.5, 1]),
            Case(0.5...200.5, 8, [50, 100, 150, 200]),
            Case(-0.1...0.35, 8, [-0.1, 0, 0.1, 0.2, 0.3]),
            Case(-7...7, 8, [-6, -4, -2, 0, 2, 4, 6]),
            Case(1e-9...3.1e-9, 8, [1e-9, 1.5e-9, 2e-9, 2.5e-9, 3e-9]),
            Case(999_000...1_003_000, 5, [999_000, 1_000_000, 1_001_000, 1_002_000, 1_003_000]),
            Case(3...4, 1, [4]),
            Case(-1.7e308...1.7e308, 5, [-1e308, 0, 1e308]),
        ])
    func even(_ expected: Case) {
        let ticks = Ticks.linear(in: expected.range, most: expected.most)
        #expect(ticks.major == expected.ticks)
        #expect(ticks.minor == [])
    }

    @Test(
        "whole ticks have no fractions between them",
        arguments: [
            Case(0.5...1.5, 8, [1]), Case(0.5...2.5, 8, [1, 2]), Case(0.5...9.5, 5, [2, 4, 6, 8]),
            Case(0.5...1000.5, 6, [200, 400, 600, 800, 1000]),
        ])
    func whole(_ expected: Case) {
        #expect(Ticks.linear(in: expected.range, most: expected.most, whole: true).major == expected.ticks)
    }

    @Test(
        "logarithmic ticks are decades, or parts of one",
        arguments: [
            Case(0.002...50, 8, [0.01, 0.1, 1, 10]),
            Case(0.1...1, 8, [0.1, 1]),
            Case(1e-6...1e6, 5, [1e-6, 1e-3, 1, 1e3, 1e6]),
            Case(1e-300...1e300, 5, [1e-200, 1, 1e200]),
            Case(0.9...60, 8, [1, 10]),
            Case(1.5...60, 8, [2, 5, 10, 20, 50]),
            Case(0.15...0.7, 8, [0.2, 0.5]),
            Case(14.1...14.9, 8, [14.2, 14.4, 14.6, 14.8]),
        ])
    func logarithmic(_ expected: Case) {
        #expect(Ticks.logarithmic(in: expected.range, most: expected.most).major == expected.ticks)
    }

    @Test func `the marks between decades are their multiples`() {
        let ticks = Ticks.logarithmic(in: 0.8...32, most: 8)
        #expect(ticks.major == [1, 10])
        #expect(ticks.minor == [0.8, 0.9, 2, 3, 4, 5, 6, 7, 8, 9, 20, 30])
    }

    @Test func `the marks between strided decades are the decades left out`() {
        let ticks = Ticks.logarithmic(in: 0.5e-4...2e4, most: 5)
        #expect(ticks.major == [1e-4, 0.01, 1, 100, 1e4])
        #expect(ticks.minor == [1e-3, 0.1, 10, 1e3])
    }

    /// Ranges of every size and place that numbers have.
    private func expectGood(_ ticks: Ticks, in range: ClosedRange<Double>, most: Int) {
        let all = ticks.major + ticks.minor
        #expect(all.allSatisfy(range.contains), "\(range): \(ticks)")
        #expect(ticks.major.count <= most, "\(range): \(ticks)")
        for values in [ticks.major, ticks.minor] {
            #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 }, "\(range): \(ticks)")
        }
        #expect(Set(all).count == all.count, "\(range): \(ticks)")
        if most >= 5 { #expect(ticks.major.count >= 2, "\(range), \(most): \(ticks)") }
    }

    @Test func `even ticks lie in the range, in order, no more than asked for and at least two`() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2000 {
            let span = pow(10, Double.random(in: -200...200, using: &random))
            let low = Double.random(in: -1000...1000, using: &random) * span
            let most = Int.random(in: 1...12, using: &random)
            expectGood(Ticks.linear(in: low...low + span, most: most), in: low...low + span, most: most)
        }
    }

    @Test func `logarithmic ticks lie in the range, in order, no more than asked for and at least two`() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<2000 {
            let low = pow(10, Double.random(in: -290...200, using: &random))
            let high = low * pow(10, pow(10, Double.random(in: -3...2, using: &random)))
            let most = Int.random(in: 5...12, using: &random)
            expectGood(Ticks.logarithmic(in: low...high, most: most), in: low...high, most: most)
        }
    }
}
