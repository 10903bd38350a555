/// A panel on a canvas.
package struct PlacedPanel {
    let panel: Panel
    package let frame: Frame
    package let x, y: PlacedAxis
    /// Whether the y axis has labels.
    let showsY: Bool

    /// The position of a point; nil if it is not finite.
    package func place(_ point: Series.Point) -> Place? {
        point.isFinite ? Place(x.position(point.x), y.position(point.y)) : nil
    }
}

extension PlacedPanel {
    /// The width of a column for the simplification of lines: a pixel.
    private static let column = 0.25

    func draw(on canvas: Canvas) {
        drawBands(on: canvas)
        drawGrid(on: canvas)
        canvas.clipped(to: frame) {
            for series in panel.series { draw(series, on: canvas) }
        }
        if panel.series.allSatisfy({ !$0.points.contains(where: \.isFinite) }) {
            let middle = Place((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2)
            canvas.text("no values", at: middle, .small, .faintText, anchor: .middle)
        }
        drawXAxis(on: canvas)
        drawYAxis(on: canvas)
        drawEndLabels(on: canvas)
    }

    private func drawBands(on canvas: Canvas) {
        let frames = panel.bands.map { band in
            Frame(
                left: max(frame.left, x.position(band.range.lowerBound)), top: frame.top,
                right: min(frame.right, x.position(band.range.upperBound)), bottom: frame.bottom)
        }
        for (band, part) in zip(panel.bands, frames) where band.isShaded {
            canvas.fill(part, .shade)
            canvas.line([Place(part.right, part.top), Place(part.right, part.bottom)], .white, width: 1)
        }
        let forms = panel.bands.map(\.labels.count).min() ?? 0
        let form = (0..<forms).first { form in
            zip(panel.bands, frames).allSatisfy { canvas.width(of: $0.labels[form], .small) + 4 <= $1.width }
        }
        guard let form else { return }
        for (band, part) in zip(panel.bands, frames) {
            canvas.text(
                band.labels[form], at: Place((part.left + part.right) / 2, frame.top - ChartLayout.bandLabelRise),
                .small,
                .faintText, anchor: .middle)
        }
    }

    private func drawGrid(on canvas: Canvas) {
        for tick in x.ticks.major {
            let across = x.position(tick)
            canvas.line([Place(across, frame.top), Place(across, frame.bottom)], .grid, width: 0.4)
        }
        for tick in y.ticks.major {
            let down = y.position(tick)
            canvas.line([Place(frame.left, down), Place(frame.right, down)], .grid, width: 0.4)
        }
    }

    private func draw(_ series: Series, on canvas: Canvas) {
        for run in Polyline.runs(series.points.map(place)) {
            canvas.line(Polyline.thinned(run, columns: Self.column), series.style)
            // An isolated point has no line.
            if series.showsMarkers || run.count == 1 {
                for place in run { canvas.mark(place, series.style) }
            }
        }
    }

    private func drawXAxis(on canvas: Canvas) {
        let bottom = frame.bottom
        canvas.line([Place(frame.left, bottom), Place(frame.right, bottom)], .frame, width: 0.7)
        for tick in x.ticks.minor { drawTick(Place(x.position(tick), bottom), 0, 0.6, on: canvas) }
        for tick in x.ticks.major { drawTick(Place(x.position(tick), bottom), 0, 1, on: canvas) }
        for (label, middle) in zip(x.labels, ChartLayout.labelMiddles(x, canvas.width)) {
            canvas.text(label, at: Place(middle, bottom + ChartLayout.tickLabelDrop), .tick, anchor: .middle)
        }
        let middle = Place((frame.left + frame.right) / 2, bottom + ChartLayout.labelDrop)
        canvas.text(x.axis.label, at: middle, .label, anchor: .middle)
    }

    private func drawYAxis(on canvas: Canvas) {
        let left = frame.left
        canvas.line([Place(left, frame.top), Place(left, frame.bottom)], .frame, width: 0.7)
        for tick in y.ticks.minor { drawTick(Place(left, y.position(tick)), -0.6, 0, on: canvas) }
        for tick in y.ticks.major { drawTick(Place(left, y.position(tick)), -1, 0, on: canvas) }
        guard showsY else { return }
        for (tick, label) in zip(y.ticks.major, y.labels) {
            let end = Place(left - ChartLayout.tickLength - 2, y.position(tick))
            canvas.text(label, at: end, .tick, anchor: .end)
        }
        let middle = Place(left - ChartLayout.yLabelRise(y, canvas.width), (frame.top + frame.bottom) / 2)
        canvas.text(y.axis.label, at: middle, .label, anchor: .middle, isUpright: true)
    }

    /// A tick from `place`, with an extent in units of the major tick length.
    private func drawTick(_ place: Place, _ across: Double, _ down: Double, on canvas: Canvas) {
        let end = Place(place.x + across * ChartLayout.tickLength, place.y + down * ChartLayout.tickLength)
        canvas.line([place, end], .frame, width: 0.7)
    }

    private func drawEndLabels(on canvas: Canvas) {
        let ends = panel.series.compactMap { series -> (label: String, place: Place)? in
            guard let label = series.endLabel, let last = series.points.last(where: \.isFinite), let place = place(last)
            else { return nil }
            return (label, Place(place.x, min(max(place.y, frame.top), frame.bottom)))
        }.sorted { $0.place.y < $1.place.y }
        let half = Font.small.size / 2
        let middles = Spreading.spread(
            ends.map(\.place.y), apart: Font.small.size + 1.5, in: frame.top + half...frame.bottom - half)
        for (end, middle) in zip(ends, middles) {
            let start = Place(end.place.x + ChartLayout.endLabelOffset, middle)
            canvas.line(
                [Place(end.place.x + 1.5, end.place.y), Place(start.x - 1.5, middle)], .faintText, width: 0.4)
            canvas.text(end.label, at: start, .small, .faintText)
        }
    }
}

extension Canvas {
    /// A series' line through `places`.
    func line(_ places: [Place], _ style: SeriesStyle) {
        line(places, style.color, width: style.width, dash: style.dash.lengths)
    }
}

/// Spacing of labels that would overlap.
package enum Spreading {
    /// The positions at least `gap` apart, and in `range` where they fit, that are nearest to `wanted` (ascending) in
    /// least squares.
    package static func spread(_ wanted: [Double], apart gap: Double, in range: ClosedRange<Double>) -> [Double] {
        // With i·gap subtracted from position i this is isotonic regression: pool adjacent violators to their mean.
        var runs: [(sum: Double, count: Int)] = []
        for (index, place) in wanted.enumerated() {
            runs.append((place - Double(index) * gap, 1))
            while runs.count > 1, let last = runs.last,
                case let previous = runs[runs.count - 2],
                previous.sum / Double(previous.count) > last.sum / Double(last.count)
            {
                runs.removeLast(2)
                runs.append((previous.sum + last.sum, previous.count + last.count))
            }
        }
        let highest = max(range.lowerBound, range.upperBound - Double(wanted.count - 1) * gap)
        return runs.flatMap { run in
            Array(repeating: min(max(run.sum / Double(run.count), range.lowerBound), highest), count: run.count)
        }.enumerated().map { $1 + Double($0) * gap }
    }
}
