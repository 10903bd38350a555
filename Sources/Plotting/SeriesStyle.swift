/// How a series is drawn. Dashes and markers tell series apart where colours do not.
package struct SeriesStyle: Hashable, Sendable {
    /// What a line is made of.
    package enum Dash: Sendable {
        case solid, dashed, dotted, dashDotted

        /// The lengths of ink and gap in turn, in points; none: ink alone.
        var lengths: [Double] {
            switch self {
            case .solid: []
            case .dashed: [5, 2]
            case .dotted: [1.2, 1.6]
            case .dashDotted: [6, 1.6, 1.2, 1.6]
            }
        }
    }

    /// What a point looks like where points are few enough to be seen one by one.
    package enum Marker: Sendable {
        case circle, square, diamond, triangle, invertedTriangle
    }

    package var color: Color
    /// The line's width in points; markers grow with it.
    package var width: Double
    package var dash: Dash
    package var marker: Marker

    package init(_ color: Color, width: Double = 1.3, dash: Dash = .solid, marker: Marker = .circle) {
        (self.color, self.width, self.dash, self.marker) = (color, width, dash, marker)
    }

    /// From a marker's centre to its edge, in points.
    var markerRadius: Double { 1.2 + width }
}
