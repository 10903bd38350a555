extension Chart {
    /// Draws the chart and returns the bytes of a file.
    public func encoded(as format: ChartFormat) throws(DrawingFailure) -> [UInt8] {
        let canvas = Canvas(width: width, height: height, title: title, format: format)
        draw(on: canvas)
        let file = try canvas.finish()
        return format == .svg ? Self.describing(file, title: title, description) : file
    }

    /// The layout, the same in every format.
    package var layout: ChartLayout {
        let canvas = Canvas(width: width, height: height, title: title, format: .svg)
        return ChartLayout(self, widthOf: canvas.width)
    }

    private func draw(on canvas: Canvas) {
        let layout = ChartLayout(self, widthOf: canvas.width)
        canvas.text(title, at: Place(width / 2, layout.titleMiddle), .title, anchor: .middle)
        for panel in layout.panels {
            let middle = (panel.frame.left + panel.frame.right) / 2
            canvas.text(panel.panel.title, at: Place(middle, layout.panelTitleMiddle), .panelTitle, anchor: .middle)
            panel.draw(on: canvas)
        }
        for (series, place) in layout.legend.entries {
            let start = Place(place.x, layout.legendTop + place.y), end = Place(start.x + Legend.sampleWidth, start.y)
            canvas.line([start, end], series.style)
            if isMarked(series.name) { canvas.mark(Place((start.x + end.x) / 2, start.y), series.style) }
            canvas.text(series.name, at: Place(start.x + Legend.textOffset, start.y), .legend)
        }
    }

    private func isMarked(_ name: String) -> Bool {
        panels.contains { $0.series.contains { $0.name == name && $0.showsMarkers } }
    }

    /// A textual description of the chart.
    private var description: String {
        panels.map { panel in
            var names: Set<String> = []
            let series = panel.series.map(\.name).filter { names.insert($0).inserted }
            return "\(panel.title): \(series.joined(separator: ", "))"
        }.joined(separator: "; ")
    }

    /// Adds a title and description to an SVG file for screen readers, as Cairo writes text as outlines.
    private static func describing(_ file: [UInt8], title: String, _ description: String) -> [UInt8] {
        guard let root = file.firstRange(of: Array("<svg".utf8)),
            let end = file[root.upperBound...].firstIndex(of: UInt8(ascii: ">"))
        else { return file }
        let words = "\n<title>\(escaped(title))</title>\n<desc>\(escaped(description))</desc>"
        return Array(file[...end]) + Array(words.utf8) + Array(file[(end + 1)...])
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
