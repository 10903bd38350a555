internal import Foundation

/// What a direction of a panel stands for.
package struct Axis: Sendable {
    /// How values become lengths.
    package enum Scale: Sendable {
        case linear
        /// Equal lengths are equal ratios.
        case logarithmic
    }

    /// How numbers are written at the axis.
    package enum Numbers: Sendable {
        case plain
        /// No fractions between the ticks.
        case whole
        /// 0.5 is written as 50 %.
        case percent
    }

    /// What is measured, with its unit where it has one.
    package var label: String
    package var scale: Scale
    package var numbers: Numbers
    /// The values from one end to the other; nil: what the series hold, and a little room. Above 0 where logarithmic.
    package var range: ClosedRange<Double>?
    /// Values outside of this do not widen the axis: lines to them leave the frame.
    package var focus: ClosedRange<Double>?

    package init(
        _ label: String, scale: Scale = .linear, numbers: Numbers = .plain, range: ClosedRange<Double>? = nil,
        focus: ClosedRange<Double>? = nil
    ) {
        precondition(scale == .linear || range.map { $0.lowerBound > 0 } ?? true, "a logarithm of \(range as Any)")
        precondition(range.map { $0.lowerBound < $0.upperBound } ?? true, "an axis from \(range as Any)")
        (self.label, self.scale, self.numbers, self.range, self.focus) = (label, scale, numbers, range, focus)
    }

    /// The part of an axis' length that is left free at either end.
    private static let room = 0.04

    /// The range of an axis that is to show `values`, of which some may not be finite.
    package func range(for values: some Sequence<Double>) -> ClosedRange<Double> {
        if let range { return range }
        let isLogarithmic = scale == .logarithmic
        // Below the least normal number, ratios lose their digits.
        let least = isLogarithmic ? Double.leastNormalMagnitude : -.infinity
        var (low, high) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite && focus?.contains(value) ?? true && value >= least {
            (low, high) = (min(low, value), max(high, value))
        }
        guard low <= high else { return isLogarithmic ? 0.1...1 : 0...1 }
        if isLogarithmic {
            let (first, last) = (log10(low), log10(high))
            let room = first < last ? (last - first) * Self.room : 0.5
            return max(
                .leastNormalMagnitude, pow(10, first - room))...min(.greatestFiniteMagnitude, pow(10, last + room))
        }
        let room = low < high ? high * Self.room - low * Self.room : max(0.5, abs(low) / 10)
        return max(-.greatestFiniteMagnitude, low - room)...min(.greatestFiniteMagnitude, high + room)
    }
}
