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
