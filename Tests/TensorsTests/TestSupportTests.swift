import TestSupport
import Tensors
import Testing

/// The tools that the numeric tests rest on find out what they must.
@Suite struct TestSupportTests {
    @Test(arguments: [0, 1, 2]) func `a comparison does not overlook one value that is not a number`(place: Int) {
        var values: [Float] = [5, 1, 2]
        values[place] = .nan
        #expect(Comparison(values, [0, 1, 2] as [Float]).error == .infinity)
    }

    @Test func `a comparison finds the largest difference and says where`() {
        let comparison = Comparison([1, 2, 2.5, 4], [1, 2, 3, 4] as [Float])
        #expect(comparison.error == 0.125 && comparison.worstIndex == 2)
    }

    @Test func `a gradient check finds a wrong value and one that is not a number`() {
        let x = Tensor.random([50], seed: 1)
        let check = GradientCheck(step: 0.1)
        func square(_ x: Tensor) -> Double { x.dot(x) / 2 }
        #expect(check.error(of: x, at: x, square) < 1e-3)
        #expect(check.error(of: check.spoiled(x), at: x, square) > 0.05)
        var values = x.values
        values[20] = .nan
        #expect(check.error(of: Tensor(shape: [50], values: values), at: x, square) == .infinity)
    }
}
