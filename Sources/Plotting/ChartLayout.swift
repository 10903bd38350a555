/// The layout of a chart, in points.
package struct ChartLayout {
    /// The margin around the chart, and the least gap between the tick labels of an x axis.
    private static let margin = 8.0, labelGap = 12.0
    /// The length of a major tick.
    static let tickLength = 3.5
    /// The distance from the frame to the vertical middle of a line of text: below it, tick labels and the x axis'
    /// label; above it, the labels of bands.
    static let tickLabelDrop = 10.5, labelDrop = 23.5, bandLabelRise = 7.0
    /// The distance from a series' last point to its label.
    static let endLabelOffset = 9.0
    /// The largest distance by which tick labels of an x axis may extend beyond the frame.
    static let overhang = 10.0

    package let panels: [PlacedPanel]
    package let legend: Legend
    /// The top of the legend.
    package let legendTop: Double
    /// The vertical middle of the title and of the panels' titles.
    let titleMiddle, panelTitleMiddle: Double

    /// The layout of `chart`, where `widthOf` measures text.
    package init(_ chart: Chart, widthOf: (String, Font) -> Double) {
        legend = Legend(
            chart.legend, left: Self.margin, width: chart.width - 2 * Self.margin, widthOf: widthOf)
        legendTop = chart.height - Self.margin + 2 - legend.height
        titleMiddle = Self.margin + 5
        panelTitleMiddle = titleMiddle + 18
        let hasBands = chart.panels.contains { !$0.bands.isEmpty }
        let top = panelTitleMiddle + (hasBands ? 22 : 10), bottom = legendTop - Self.labelDrop - 10

        let ranges = Self.yRanges(chart)
        let yAxes = zip(chart.panels, ranges).map { panel, range in
            PlacedAxis(
                chart.sharesY ? chart.panels[0].y : panel.y, range: range, from: bottom, to: top,
                most: min(8, max(2, Int((bottom - top) / 18))))
        }
        // The width that each panel needs left and right of its frame, enough for the tick labels of both x axes.
        let lefts = yAxes.enumerated().map { index, axis in
            index > 0 && chart.sharesY
                ? Self.overhang : Self.yLabelRise(axis, widthOf) + Font.label.size / 2 + (index > 0 ? 6 : 0)
        }
        let rights = chart.panels.map { panel in
            panel.series.compactMap(\.endLabel).map { widthOf($0, .small) + Self.endLabelOffset }.max() ?? Self.overhang
        }
        let taken = zip(lefts, rights).reduce(2 * Self.margin) { $0 + $1.0 + $1.1 }
        let width = max(1, (chart.width - taken) / Double(chart.panels.count))

        var left = Self.margin, placed: [PlacedPanel] = []
        for (index, panel) in chart.panels.enumerated() {
            left += lefts[index]
            let frame = Frame(left: left, top: top, right: left + width, bottom: bottom)
            let x = PlacedAxis(
                panel.x, range: panel.x.range(for: panel.xValues), from: frame.left, to: frame.right, most: 8
            ) { Self.labelsFit($0, widthOf) }
            placed.append(
                PlacedPanel(panel: panel, frame: frame, x: x, y: yAxes[index], showsY: index == 0 || !chart.sharesY))
            left += width + rights[index]
        }
        panels = placed
    }

    /// The distance from the middle of the y axis' label to the frame.
    static func yLabelRise(_ axis: PlacedAxis, _ widthOf: (String, Font) -> Double) -> Double {
        let numbers = axis.labels.map { widthOf($0, .tick) }.max() ?? 0
        return tickLength + 2 + numbers + 4 + Font.label.size / 2
    }

    /// The horizontal middles of an x axis' tick labels: at the ticks, but no farther beyond the frame than `overhang`.
    package static func labelMiddles(_ axis: PlacedAxis, _ widthOf: (String, Font) -> Double) -> [Double] {
        zip(axis.ticks.major, axis.labels).map { value, label in
            let half = widthOf(label, .tick) / 2
            return max(min(axis.position(value), axis.end + overhang - half), axis.start - overhang + half)
        }
    }

    private static func labelsFit(_ axis: PlacedAxis, _ widthOf: (String, Font) -> Double) -> Bool {
        let middles = labelMiddles(axis, widthOf), halves = axis.labels.map { widthOf($0, .tick) / 2 }
        return middles.indices.dropFirst().allSatisfy {
            middles[$0] - halves[$0] >= middles[$0 - 1] + halves[$0 - 1] + labelGap
        }
    }

    private static func yRanges(_ chart: Chart) -> [ClosedRange<Double>] {
        guard chart.sharesY else { return chart.panels.map { $0.y.range(for: $0.yValues) } }
        let range = chart.panels[0].y.range(for: chart.panels.flatMap(\.yValues))
        return chart.panels.map { _ in range }
    }
}
