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
