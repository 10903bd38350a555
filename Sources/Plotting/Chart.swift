public import Files

/// Panels side by side with one legend below them.
///
/// Lengths are in points. Text has 8.5 to 11 points; a chart of the default width stays legible when printed 8 cm wide,
/// little more than half its size.
///
///     let loss = Series("loss", [.init(0, 2.3), .init(1, 0.9)], style: SeriesStyle(.blue))
///     let panel = Panel("Training", x: Axis("epoch"), y: Axis("loss", scale: .logarithmic), series: [loss])
///     let svg = try Chart("Training loss", panels: [panel]).encoded(as: .svg)
public struct Chart: Sendable {
    /// The title, above the panels and in the metadata of an SVG or PDF.
    public var title: String
    /// The panels from left to right; at least one.
    public var panels: [Panel]
    /// Whether all panels share the first one's y axis, with a common range and labels at the left only.
    public var sharesY: Bool
    public var width, height: Double

    /// A chart of the given panels.
    public init(_ title: String, panels: [Panel], sharesY: Bool = false, width: Double = 400, height: Double = 300) {
        precondition(!panels.isEmpty, "a chart has a panel")
        (self.title, self.panels, self.sharesY) = (title, panels, sharesY)
        (self.width, self.height) = (width, height)
    }

    /// The series in the legend: the first of each name.
    public var legend: [Series] {
        var names: Set<String> = []
        return panels.flatMap(\.series).filter { names.insert($0.name).inserted }
    }
}

/// A file format of charts.
public enum ChartFormat: String, CaseIterable, Sendable {
    /// A raster image of four pixels per point: 1600 for the default width.
    case png
    /// A vector image, with text as outlines.
    case svg
    /// A vector image, with selectable text.
    case pdf

    /// The format of a file name's extension, case-insensitively; nil for another one.
    public init?(path: FilePath) { self.init(rawValue: path.ending ?? "") }
}

/// A failure to draw or encode a chart.
public struct DrawingFailure: Error, Equatable, Sendable {
    /// The graphics library's reason.
    public let reason: String
}
