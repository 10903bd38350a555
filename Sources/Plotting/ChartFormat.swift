package import Files

/// The kinds of file that a chart is written as.
package enum ChartFormat: String, CaseIterable, Sendable {
    /// Pixels, four to a point each way: 1600 for the default width.
    case png
    /// Vectors, with text as outlines.
    case svg
    /// Vectors, with text as text.
    case pdf

    /// The kind that the end of a file's name asks for, in small or capital letters.
    package init?(path: FilePath) { self.init(rawValue: path.ending ?? "") }
}
