internal import Foundation

/// Formatting of tick labels.
package enum TickLabels {
    /// The labels of the major ticks: with as many decimals as needed, or in scientific notation for very large or
    /// small numbers.
    package static func text(_ ticks: Ticks, _ numbers: Axis.Numbers) -> [String] {
        let isPercent = numbers == .percent, unit = isPercent ? " %" : ""
        let values = ticks.major.map { isPercent ? $0 * 100 : $0 }
        let step = ticks.step.map { isPercent ? $0 * 100 : $0 }
        let sizes = values.lazy.map { abs($0) }.filter { $0 > 0 }
        let smallest = step ?? sizes.min() ?? 1, largest = sizes.max() ?? 1
        let isWide = exponent(of: smallest) < (step == nil ? -3 : -4) || exponent(of: largest) > (step == nil ? 4 : 5)
        return values.map { value in
            // Without a common step the first significant digit is shown.
            let resolution = step ?? value
            return (isWide ? scientific(value, resolution) : plain(value, resolution)) + unit
        }
    }

    /// `value` with as many decimals as `resolution` needs.
    private static func plain(_ value: Double, _ resolution: Double) -> String {
        withMinus(String(format: "%.*f", max(0, -exponent(of: resolution)), value))
    }

    /// `value` as 2×10⁶, or as 10⁶ where the factor is 1.
    private static func scientific(_ value: Double, _ resolution: Double) -> String {
        guard value != 0 else { return "0" }
        let exponent = exponent(of: value)
        // In two steps, as 10^exponent may underflow or overflow where the value does not.
        let factor = value / pow(10, Double(exponent / 2)) / pow(10, Double(exponent - exponent / 2))
        var digits = String(format: "%.*f", min(15, max(0, exponent - Self.exponent(of: resolution))), factor)
        if digits.contains(".") {
            while digits.last == "0" { digits.removeLast() }
            if digits.last == "." { digits.removeLast() }
        }
        let power = "10" + String(exponent).map { superscripts[$0] ?? "" }.joined()
        if digits == "1" { return power }
        return withMinus(digits == "-1" ? "-" : digits + "×") + power
    }

    /// n for a value of d.ddd·10ⁿ.
    private static func exponent(of value: Double) -> Int {
        // The tolerance is for powers of ten rounded down.
        Int(floor(log10(abs(value)) + 1e-9))
    }

    private static let superscripts = Dictionary(
        uniqueKeysWithValues: zip("-0123456789", ["⁻", "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]))

    private static func withMinus(_ digits: String) -> String { digits.replacing("-", with: "−") }
}
