internal import Foundation

/// The ticks of an axis.
package struct Ticks: Equatable {
    /// The labelled values, in order.
    package var major: [Double]
    /// The values with a small tick and no label.
    package var minor: [Double] = []
    /// The distance between major ticks; nil where they are not equidistant.
    package var step: Double?

    /// The multiples in `range` of the smallest step 1, 2 or 5·10ⁿ that gives at most `most` ticks.
    ///
    /// From `most` = 5 on there are at least two, unless `whole` keeps the step from falling below 1.
    package static func linear(in range: ClosedRange<Double>, most: Int, whole: Bool = false) -> Ticks {
        precondition(most >= 1 && range.lowerBound < range.upperBound, "\(most) ticks in \(range)")
        let (low, high) = (range.lowerBound, range.upperBound)
        // Divided first, as the span may overflow.
        var exponent = Int(floor(log10(high / Double(most) - low / Double(most)))) - 1
        if whole { exponent = max(exponent, 0) }
        while true {
            for digit in [1.0, 2, 5] {
                let step = Self.power(exponent, times: digit)
                guard step > 0 else { continue }
                // The tolerances are for quotients rounded past an integer; the filter below removes ticks that they
                // add outside the range.
                let first = ceil(low / step - 1e-9), last = floor(high / step + 1e-9)
                guard last - first < Double(most) else { continue }
                // Adding 0 turns -0 into 0.
                let major = stride(from: first, through: last, by: 1).map { power(exponent, times: $0 * digit) + 0 }
                return Ticks(major: major.filter(range.contains), step: step)
            }
            exponent += 1
        }
    }

    /// At most `most` powers of ten in `range` (above 0), with their multiples as minor ticks; 1, 2 and 5 times powers
    /// of ten where fewer than two powers lie inside; linear ticks where these are too few or too many.
    package static func logarithmic(in range: ClosedRange<Double>, most: Int) -> Ticks {
        precondition(range.lowerBound > 0, "a logarithm of \(range)")
        let exponents = Int(floor(log10(range.lowerBound)))...Int(floor(log10(range.upperBound)))
        func multiples(of digits: [Double]) -> [Double] {
            exponents.flatMap { exponent in digits.map { power(exponent, times: $0) } }.filter(range.contains)
        }
        let powers = multiples(of: [1])
        if powers.count >= 2 {
            if powers.count <= most { return Ticks(major: powers, minor: multiples(of: [2, 3, 4, 5, 6, 7, 8, 9])) }
            for stride in [2, 3, 5, 10, 20, 50, 100, 200] {
                let major = exponents.filter { $0.isMultiple(of: stride) }.map { power($0, times: 1) }
                    .filter(range.contains)
                if major.count <= most { return Ticks(major: major, minor: powers.filter { !major.contains($0) }) }
            }
        }
        let major = multiples(of: [1, 2, 5])
        guard (2...max(2, most)).contains(major.count) else { return linear(in: range, most: most) }
        return Ticks(major: major, minor: multiples(of: [3, 4, 6, 7, 8, 9]))
    }

    /// factor · 10^exponent.
    private static func power(_ exponent: Int, times factor: Double) -> Double {
        // Division by an exact integer power rounds once: 3/10 is 0.3, and 3·0.1 is not.
        exponent < 0 && exponent > -300 ? factor / pow(10, Double(-exponent)) : factor * pow(10, Double(exponent))
    }
}
