/// One frame with its axes and series.
package struct Panel: Sendable {
    /// A stretch of the x axis.
    package struct Band: Sendable {
        package var range: ClosedRange<Double>
        /// What stands above it: the first of these for which there is room, in all bands of the panel alike.
        package var labels: [String]
        /// Whether its background is grey.
        package var isShaded: Bool

        package init(_ range: ClosedRange<Double>, labels: [String], isShaded: Bool) {
            (self.range, self.labels, self.isShaded) = (range, labels, isShaded)
        }
    }

    package var title: String
    package var x, y: Axis
    /// Drawn in this order, the last on top.
    package var series: [Series]
    package var bands: [Band]

    package init(_ title: String, x: Axis, y: Axis, series: [Series], bands: [Band] = []) {
        (self.title, self.x, self.y, self.series, self.bands) = (title, x, y, series, bands)
    }

    /// The series' values in either direction.
    var xValues: [Double] { series.flatMap { $0.points.lazy.filter(\.isFinite).map(\.x) } }
    var yValues: [Double] { series.flatMap { $0.points.lazy.filter(\.isFinite).map(\.y) } }
}
