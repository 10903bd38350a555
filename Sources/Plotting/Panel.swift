/// A plot with its axes and series.
public struct Panel: Sendable {
    /// A labelled interval of the x axis.
    public struct Band: Sendable {
        /// The values of x that it covers.
        public var range: ClosedRange<Double>
        /// Alternative labels above it, by preference: the first index that fits in all bands of the panel is used.
        public var labels: [String]
        /// Whether it has a grey background.
        public var isShaded: Bool

        /// A band.
        public init(_ range: ClosedRange<Double>, labels: [String], isShaded: Bool) {
            (self.range, self.labels, self.isShaded) = (range, labels, isShaded)
        }
    }

    /// The title above the panel.
    public var title: String
    public var x, y: Axis
    /// The series in drawing order, the last on top.
    public var series: [Series]
    /// The shaded bands.
    public var bands: [Band]

    /// A panel.
    public init(_ title: String, x: Axis, y: Axis, series: [Series], bands: [Band] = []) {
        (self.title, self.x, self.y, self.series, self.bands) = (title, x, y, series, bands)
    }

    /// The coordinates of all finite points.
    var xValues: [Double] { series.flatMap { $0.points.lazy.filter(\.isFinite).map(\.x) } }
    var yValues: [Double] { series.flatMap { $0.points.lazy.filter(\.isFinite).map(\.y) } }
}

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
