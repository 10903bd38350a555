internal import Foundation

/// An axis on a canvas.
package struct PlacedAxis {
    let axis: Axis
    package let range: ClosedRange<Double>
    /// Where the range begins and ends, in points: from the left, or from the top.
    package let start, end: Double
    package let ticks: Ticks
    /// The numbers at the major ticks.
    package let labels: [String]

    /// An axis with as many ticks, up to `most`, as `fits` finds their labels to leave room for.
    init(
        _ axis: Axis, range: ClosedRange<Double>, from start: Double, to end: Double, most: Int,
        fits: (PlacedAxis) -> Bool = { _ in true }
    ) {
        var placed = Self(axis, range, start, end, most)
        for most in (1..<max(2, most)).reversed() where !fits(placed) { placed = Self(axis, range, start, end, most) }
        self = placed
    }

    private init(_ axis: Axis, _ range: ClosedRange<Double>, _ start: Double, _ end: Double, _ most: Int) {
        (self.axis, self.range, self.start, self.end) = (axis, range, start, end)
        ticks =
            switch axis.scale {
            case .linear: .linear(in: range, most: most, whole: axis.numbers == .whole)
            case .logarithmic: .logarithmic(in: range, most: most)
            }
        labels = TickLabels.text(ticks, axis.numbers)
    }

    /// Where `value` lies: at most the axis' own length before its start or after its end, and there too where a
    /// logarithmic axis has no place for it.
    package func position(_ value: Double) -> Double {
        let (low, high) = (range.lowerBound, range.upperBound)
        let fraction =
            switch axis.scale {
            // In halves, whose differences are finite.
            case .linear: (value / 2 - low / 2) / (high / 2 - low / 2)
            case .logarithmic: value > 0 ? (log10(value) - log10(low)) / (log10(high) - log10(low)) : -1
            }
        return start + (end - start) * min(max(fraction, -1), 2)
    }
}
