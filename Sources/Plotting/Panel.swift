/// A plot with its axes and series.
package struct Panel: Sendable {
    /// A labelled interval of the x axis.
    package struct Band: Sendable {
        package var range: ClosedRange<Double>
        /// Alternative labels above it, by preference: the first index that fits in all bands of the panel is used.
        package var labels: [String]
        /// Whether it has a grey background.
        package var isShaded: Bool

        package init(_ range: ClosedRange<Double>, labels: [String], isShaded: Bool) {
            (self.range, self.labels, self.isShaded) = (range, labels, isShaded)
        }
    }

    package var title: String
    package var x, y: Axis
    /// The series in drawing order, the last on top.
    package var series: [Series]
    package var bands: [Band]

    package init(_ title: String, x: Axis, y: Axis, series: [Series], bands: [Band] = []) {
        (self.title, self.x, self.y, self.series, self.bands) = (title, x, y, series, bands)
    }

    /// The coordinates of all finite points.
    var xValues: [Double] { series.flatMap { $0.points.lazy.filter(\.isFinite).map(\.x) } }
    var yValues: [Double] { series.flatMap { $0.points.lazy.filter(\.isFinite).map(\.y) } }
}
