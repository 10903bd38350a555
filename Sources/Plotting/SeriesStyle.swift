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

/// A colour in sRGB, each channel in 0…1.
package struct Color: Hashable, Sendable {
    package let red, green, blue: Double

    /// The colour of the hexadecimal digits `0xRRGGBB`.
    package init(_ hexadecimal: UInt32) {
        func channel(_ shift: UInt32) -> Double { Double((hexadecimal >> shift) & 0xFF) / 255 }
        (red, green, blue) = (channel(16), channel(8), channel(0))
    }

    /// The palette of Okabe and Ito, "Color Universal Design" (2008), which people of any colour vision can tell apart;
    /// without its yellow, too light for lines on white.
    package static let black = Color(0x000000), orange = Color(0xE69F00),
        bluishGreen = Color(0x009E73), blue = Color(0x0072B2), vermillion = Color(0xD55E00),
        reddishPurple = Color(0xCC79A7)

    static let white = Color(0xFFFFFF), text = Color(0x1A1A1A), faintText = Color(0x595959), frame = Color(0x4D4D4D),
        grid = Color(0xDDDDDD), shade = Color(0xF0F0F0)
}
