/// Panels side by side with one legend below them.
///
/// Lengths are points. A chart of the default width has text of 8.5 to 11 points and stays readable at 8 cm, little
/// more than half of it.
package struct Chart: Sendable {
    /// What the chart shows; above the panels, and in the file's metadata.
    package var title: String
    /// From left to right; at least one.
    package var panels: [Panel]
    /// Whether all panels have one y axis, the first one's, for all their values; it is labelled at the left alone.
    package var sharesY: Bool
    package var width, height: Double

    package init(_ title: String, panels: [Panel], sharesY: Bool = false, width: Double = 400, height: Double = 300) {
        precondition(!panels.isEmpty, "a chart has a panel")
        (self.title, self.panels, self.sharesY) = (title, panels, sharesY)
        (self.width, self.height) = (width, height)
    }

    /// The series that the legend explains: the first of each name.
    package var legend: [Series] {
        var names: Set<String> = []
        return panels.flatMap(\.series).filter { names.insert($0.name).inserted }
    }
}

/// The kinds of file that a chart is written as.
package enum ChartFormat: String, CaseIterable, Sendable {
    /// Pixels, four to a point each way: 1600 for the default width.
    case png
    /// Vectors, with text as outlines.
    case svg
    /// Vectors, with text as text.
    case pdf

    /// The kind that the end of a file's name asks for, in small or capital letters.
    package init?(path: String) {
        guard let dot = path.lastIndex(of: ".") else { return nil }
        self.init(rawValue: path[dot...].dropFirst().lowercased())
    }
}

/// A chart that could not be drawn.
package struct DrawingFailure: Error, Equatable, Sendable {
    /// The graphics library's reason.
    package let reason: String
}
