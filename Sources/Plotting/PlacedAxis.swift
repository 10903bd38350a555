internal import Foundation

/// An axis on a canvas.
package struct PlacedAxis {
    let axis: Axis
    package let range: ClosedRange<Double>
    /// The positions of the range's bounds, in points from the left or the top.
    package let start, end: Double
    package let ticks: Ticks
    /// The labels of the major ticks.
    package let labels: [String]

    /// An axis with as many ticks, up to `most`, as `fits` accepts.
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

    /// The position of `value`, clamped to one axis length beyond either end; on a logarithmic axis, values of 0 or
    /// less lie one length before the start.
    package func position(_ value: Double) -> Double {
        let (low, high) = (range.lowerBound, range.upperBound)
        let fraction =
            switch axis.scale {
            // Halved, so that differences do not overflow.
            case .linear: (value / 2 - low / 2) / (high / 2 - low / 2)
            case .logarithmic: value > 0 ? (log10(value) - log10(low)) / (log10(high) - log10(low)) : -1
            }
        return start + (end - start) * min(max(fraction, -1), 2)
    }
}
