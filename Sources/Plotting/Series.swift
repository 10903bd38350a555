/// A polyline of a chart.
public struct Series: Sendable {
    /// A data point, in the axes' units.
    public struct Point: Equatable, Sendable {
        public let x, y: Double

        /// The point (x, y).
        public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

        var isFinite: Bool { x.isFinite && y.isFinite }
    }

    /// The name in the legend. Series of the same name have the same style and share an entry.
    public var name: String
    /// The label beside the last point, to tell apart series that share a legend entry.
    public var endLabel: String?
    /// The points in drawing order. A non-finite point leaves a gap; on a logarithmic axis a value of 0 or less lies
    /// below the frame, and the line is clipped at the frame's edge.
    public var points: [Point]
    /// The line's and the markers' style.
    public var style: SeriesStyle

    /// A series.
    public init(_ name: String, endLabel: String? = nil, _ points: [Point], style: SeriesStyle) {
        (self.name, self.endLabel, self.points, self.style) = (name, endLabel, points, style)
    }

    /// Whether each point has a marker: only where there are few enough not to overlap.
    var showsMarkers: Bool { points.count { $0.isFinite } <= 16 }
}
