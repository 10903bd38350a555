package import Tensors

/// How far `actual` is from `expected`: the largest difference over the largest expected magnitude, and where.
package struct Comparison: CustomStringConvertible {
    package let error: Double
    package let worstIndex: Int
    private let actual, expected: Double

    package init(_ actual: some Collection<Float>, _ expected: [Double]) {
        let actual = Array(actual)
        precondition(actual.count == expected.count, "\(actual.count) values against \(expected.count)")
        let scale = expected.map(abs).max() ?? 0
        var worst = (difference: 0.0, index: 0)
        for i in actual.indices {
            let difference = abs(Double(actual[i]) - expected[i])
            if difference.isNaN {
                worst = (.infinity, i)
                break
            }
            if difference > worst.difference { worst = (difference, i) }
        }
        error = scale > 0 && worst.difference.isFinite ? worst.difference / scale : worst.difference
        worstIndex = worst.index
        self.actual = actual.isEmpty ? 0 : Double(actual[worst.index])
        self.expected = expected.isEmpty ? 0 : expected[worst.index]
    }

    package init(_ actual: some Collection<Float>, _ expected: some Collection<Float>) {
        self.init(actual, expected.map(Double.init))
    }

    package init(_ actual: Tensor, _ expected: [Double]) { self.init(actual.values, expected) }

    package var description: String { "relative error \(error), worst at \(worstIndex): \(actual) for \(expected)" }
}
