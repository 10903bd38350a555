import Plotting
import Testing

@Suite struct AxisTests {
    @Test func `an axis spans its values and a little more`() {
        #expect(Axis("").range(for: [3, 1, 2]) == 0.92...3.08)
        let logarithmic = Axis("", scale: .logarithmic).range(for: [100, 1])
        #expect(abs(logarithmic.lowerBound - 0.8317638) < 1e-6)
        #expect(abs(logarithmic.upperBound - 120.226443) < 1e-5)
    }

    @Test func `a range that is given is kept`() {
        #expect(Axis("", range: 0...1).range(for: [-5, 9]) == 0...1)
    }

    @Test func `what has no place on an axis does not count`() {
        #expect(Axis("").range(for: [1, .nan, .infinity, 3, -.infinity]) == 0.92...3.08)
        let positive = Axis("", scale: .logarithmic).range(for: [1, 100])
        #expect(Axis("", scale: .logarithmic).range(for: [0, -3, 1, 100, .infinity]) == positive)
        #expect(Axis("", scale: .logarithmic, focus: 0.5...200).range(for: [1e-6, 1, 100, 1e6]) == positive)
    }

    @Test(
        arguments: [
            [], [.nan], [7], [0, 0], [-1e308, 1e308], [.leastNonzeroMagnitude, 1.7e308], [0],
            [.leastNonzeroMagnitude, 2000 * .leastNonzeroMagnitude], [.leastNormalMagnitude],
            [.greatestFiniteMagnitude],
        ] as [[Double]])
    func `every axis has a length`(values: [Double]) {
        for axis in [Axis(""), Axis("", scale: .logarithmic)] {
            let range = axis.range(for: values)
            #expect(range.lowerBound < range.upperBound)
            #expect(range.lowerBound.isFinite && range.upperBound.isFinite)
            #expect(axis.scale == .linear || range.lowerBound > 0)
        }
    }
}
