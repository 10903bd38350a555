import Plotting
import Testing

@Suite struct TickLabelsTests {
    private func even(_ range: ClosedRange<Double>, most: Int = 5, _ numbers: Axis.Numbers = .plain) -> [String] {
        TickLabels.text(.linear(in: range, most: most), numbers)
    }

    private func logarithmic(_ range: ClosedRange<Double>) -> [String] {
        TickLabels.text(.logarithmic(in: range, most: 8), .plain)
    }

    @Test func `even steps have the same decimals, as few as show them`() {
        #expect(even(0...1) == ["0.0", "0.5", "1.0"])
        #expect(even(0...0.3, most: 7) == ["0.00", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30"])
        #expect(even(-10...10) == ["−10", "−5", "0", "5", "10"])
        #expect(even(0...900_000) == ["0", "200000", "400000", "600000", "800000"])
    }

    @Test func `numbers with many zeros are powers of ten`() {
        #expect(even(0...2e6) == ["0", "5×10⁵", "10⁶", "1.5×10⁶", "2×10⁶"])
        #expect(even(-1e-7...1e-7) == ["−10⁻⁷", "−5×10⁻⁸", "0", "5×10⁻⁸", "10⁻⁷"])
        #expect(even(1e300...2e300) == ["10³⁰⁰", "1.5×10³⁰⁰", "2×10³⁰⁰"])
        #expect(logarithmic(1e-5...1) == ["10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"])
        #expect(logarithmic(1e300...1e302) == ["10³⁰⁰", "10³⁰¹", "10³⁰²"])
    }

    @Test func `each number of a logarithmic axis has the decimals that it needs`() {
        #expect(logarithmic(0.001...100) == ["0.001", "0.01", "0.1", "1", "10", "100"])
        #expect(logarithmic(0.15...3) == ["0.2", "0.5", "1", "2"])
        #expect(logarithmic(14.1...14.9) == ["14.2", "14.4", "14.6", "14.8"])
    }

    @Test func `fractions are written as percent`() {
        #expect(even(0...1, .percent) == ["0 %", "50 %", "100 %"])
        #expect(even(0.9...0.91, .percent) == ["90.0 %", "90.5 %", "91.0 %"])
    }
}
