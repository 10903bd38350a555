/// A legend in rows and columns.
package struct Legend {
    /// An entry's series, and the start of its line sample.
    public typealias Entry = (series: Series, place: Place)

    static let sampleWidth = 22.0
    private static let rowHeight = 14.0, gapBeforeText = 5.0, gapBetween = 12.0

    package let entries: [Entry]
    /// The height of all rows.
    package let height: Double

    /// A legend with as few rows as `width` allows, evenly filled, centred horizontally; the first row's top is at 0.
    init(_ series: [Series], left: Double, width: Double, widthOf: (String, Font) -> Double) {
        let widths = series.map { Self.textOffset + widthOf($0.name, .legend) + Self.gapBetween }
        var columns: [Double] = []
        for count in (1...max(1, series.count)).reversed() {
            columns = (0..<count).map { column in
                stride(from: column, to: widths.count, by: count).map { widths[$0] }.max() ?? 0
            }
            let rows = (series.count + count - 1) / count
            // Uneven, if one column fewer needs no more rows.
            let isEven = count == 1 || (series.count + count - 2) / (count - 1) > rows
            if columns.reduce(-Self.gapBetween, +) <= width, isEven { break }
        }
        let left = left + (width - columns.reduce(-Self.gapBetween, +)) / 2
        entries = series.enumerated().map { index, series in
            let (row, column) = index.quotientAndRemainder(dividingBy: columns.count)
            return (
                series, Place(columns[..<column].reduce(left, +), (Double(row) + 0.5) * Self.rowHeight)
            )
        }
        height = Double((series.count + columns.count - 1) / columns.count) * Self.rowHeight
    }

    /// The distance from the start of a line sample to its text.
    package static var textOffset: Double { sampleWidth + gapBeforeText }
}
