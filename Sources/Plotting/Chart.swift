/// Panels side by side with one legend below them.
///
/// Lengths are points. A chart of the default width has text of 8.5 to 11 points and stays readable at 8 cm, little more
/// than half of it.
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
