/// Points joined by a line.
package struct Series: Sendable {
    /// A value of the chart, in the axes' units.
    package struct Point: Equatable, Sendable {
        package let x, y: Double

        package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

        var isFinite: Bool { x.isFinite && y.isFinite }
    }

    /// What the legend says. Series of one name have one style and one entry.
    package var name: String
    /// What stands beside the last point, where one entry of the legend is for several series.
    package var endLabel: String?
    /// In the order in which they are joined. A point that is not finite leaves a gap; on a logarithmic axis one of 0
    /// or less lies below the frame, and the line comes in through the frame's edge.
    package var points: [Point]
    package var style: SeriesStyle

    package init(_ name: String, endLabel: String? = nil, _ points: [Point], style: SeriesStyle) {
        (self.name, self.endLabel, self.points, self.style) = (name, endLabel, points, style)
    }

    /// Whether each point has a marker: as long as they do not run into one another.
    var showsMarkers: Bool { points.count { $0.isFinite } <= 16 }
}
