internal import Foundation

/// The x or y axis of a panel.
public struct Axis: Sendable {
    /// The mapping from values to positions.
    public enum Scale: Sendable {
        case linear
        case logarithmic
    }

    /// The format of tick labels.
    public enum Numbers: Sendable {
        case plain
        /// Ticks at integers only.
        case whole
        /// 0.5 is labelled 50 %.
        case percent
    }

    /// The quantity and its unit, if any.
    public var label: String
    /// Linear or logarithmic.
    public var scale: Scale
    /// The format of the tick labels.
    public var numbers: Numbers
    /// The displayed range, above 0 if logarithmic; nil for that of the series' values, plus a margin.
    public var range: ClosedRange<Double>?
    /// Values outside do not extend the automatic range: lines to them are clipped.
    public var focus: ClosedRange<Double>?

    /// An axis with a title.
    public init(
        _ label: String, scale: Scale = .linear, numbers: Numbers = .plain, range: ClosedRange<Double>? = nil,
        focus: ClosedRange<Double>? = nil
    ) {
        precondition(scale == .linear || range.map { $0.lowerBound > 0 } ?? true, "a logarithm of \(range as Any)")
        precondition(range.map { $0.lowerBound < $0.upperBound } ?? true, "an axis from \(range as Any)")
        (self.label, self.scale, self.numbers, self.range, self.focus) = (label, scale, numbers, range, focus)
    }

    /// The margin at either end, as a fraction of the range of values.
    private static let room = 0.04

    /// The displayed range for `values`; non-finite ones are ignored.
    public func range(for values: some Sequence<Double>) -> ClosedRange<Double> {
        if let range { return range }
        let isLogarithmic = scale == .logarithmic
        // Ratios of subnormal numbers lose precision.
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
