/// The style of a series. Dashes and markers distinguish series where colours do not.
public struct SeriesStyle: Hashable, Sendable {
    /// A dash pattern.
    public enum Dash: Sendable {
        case solid, dashed, dotted, dashDotted

        /// The alternating lengths of dashes and gaps, in points; empty for a solid line.
        var lengths: [Double] {
            switch self {
            case .solid: []
            case .dashed: [5, 2]
            case .dotted: [1.2, 1.6]
            case .dashDotted: [6, 1.6, 1.2, 1.6]
            }
        }
    }

    /// The shape of a point's marker.
    public enum Marker: Sendable {
        case circle, square, diamond, triangle, invertedTriangle
    }

    /// The colour of line and markers.
    public var color: Color
    /// The line's width in points; markers grow with it.
    public var width: Double
    /// The dashes of the line.
    public var dash: Dash
    /// The marker at each point.
    public var marker: Marker

    /// A style.
    public init(_ color: Color, width: Double = 1.3, dash: Dash = .solid, marker: Marker = .circle) {
        (self.color, self.width, self.dash, self.marker) = (color, width, dash, marker)
    }

    /// The radius of a marker, in points.
    var markerRadius: Double { 1.2 + width }
}

/// A colour in sRGB, each channel in 0…1.
public struct Color: Hashable, Sendable {
    public let red, green, blue: Double

    /// The colour of the hexadecimal digits `0xRRGGBB`.
    public init(_ hexadecimal: UInt32) {
        func channel(_ shift: UInt32) -> Double { Double((hexadecimal >> shift) & 0xFF) / 255 }
        (red, green, blue) = (channel(16), channel(8), channel(0))
    }

    /// The palette of Okabe and Ito, "Color Universal Design" (2008), distinguishable with any colour vision; without
    /// its yellow, which is too light for lines on white.
    public static let black = Color(0x000000), orange = Color(0xE69F00),
        bluishGreen = Color(0x009E73), blue = Color(0x0072B2), vermillion = Color(0xD55E00),
        reddishPurple = Color(0xCC79A7)

    static let white = Color(0xFFFFFF), text = Color(0x1A1A1A), faintText = Color(0x595959), frame = Color(0x4D4D4D),
        grid = Color(0xDDDDDD), shade = Color(0xF0F0F0)
}
