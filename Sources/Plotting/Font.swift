/// The kinds of text in a chart.
package enum Font {
    case title, panelTitle, label, legend, tick, small

    /// The size in points.
    package var size: Double {
        switch self {
        case .title: 11
        case .panelTitle, .label: 10
        case .legend: 9.5
        case .tick: 9
        case .small: 8.5
        }
    }

    var isBold: Bool { self == .title || self == .panelTitle }

    /// The height of capitals and digits, by which lines of text are centred: that of most sans-serif fonts.
    var capHeight: Double { 0.73 * size }
}
