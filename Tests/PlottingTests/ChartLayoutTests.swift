import Foundation
import Plotting
import Tensors
import TestSupport
import Testing

@Suite struct ChartLayoutTests {
    /// A stand-in for a font: characters of the same width.
    private func width(_ text: String, _ font: Font) -> Double { 0.62 * font.size * Double(text.count) }

    private func chart(panels: Int, sharesY: Bool, names: [String], last: Double, endLabel: String?) -> Chart {
        let series = names.map { name in
            Series(name, endLabel: endLabel, [.init(1, 1), .init(last, 500)], style: SeriesStyle(.blue))
        }
        let panel = Panel(
            "Panel", x: Axis("x", numbers: .whole), y: Axis("y", scale: .logarithmic), series: series)
        return Chart("Title", panels: Array(repeating: panel, count: panels), sharesY: sharesY)
    }

    @Test func `frames, labels and legend stay on the page and off one another`() throws {
        var random = SeededGenerator(seed: 5)
        for round in 0..<300 {
            let names = (0..<Int.random(in: 1...9, using: &random)).map {
                String(repeating: "n", count: Int.random(in: 1...18, using: &random)) + "\($0)"
            }
            let chart = chart(
                panels: Int.random(in: 1...2, using: &random), sharesY: .random(using: &random), names: names,
                last: pow(10, Double.random(in: 0.1...5.9, using: &random)).rounded(),
                endLabel: .random(using: &random) ? "label" : nil)
            let layout = ChartLayout(chart, widthOf: width)
            var right = 0.0
            for panel in layout.panels {
                #expect(panel.frame.width > 80 && panel.frame.height > 80, "round \(round)")
                let middles = ChartLayout.labelMiddles(panel.x, width)
                try #require(!middles.isEmpty)
                for (middle, label) in zip(middles, panel.x.labels) {
                    let half = width(label, .tick) / 2
                    #expect(middle - half > right + 2, "round \(round): \(panel.x.labels)")
                    right = middle + half
                }
                right = max(right, panel.frame.right)
                #expect(panel.y.labels.count >= 2)
                #expect(panel.frame.bottom + 30 < layout.legendTop)
            }
            #expect(right <= chart.width)
            // Entries do not reach into the next one's column, nor off the page.
            for (index, entry) in layout.legend.entries.enumerated() {
                let end = entry.place.x + Legend.textOffset + width(entry.series.name, .legend)
                #expect(entry.place.x >= 0 && end <= chart.width)
                if index + 1 < layout.legend.entries.count, layout.legend.entries[index + 1].place.y == entry.place.y {
                    #expect(layout.legend.entries[index + 1].place.x >= end + 8)
                }
            }
            let ends = layout.legend.entries.map { $0.place.x + Legend.textOffset + width($0.series.name, .legend) }
            let (first, last) = try (#require(layout.legend.entries.first).place.x, #require(ends.max()))
            #expect(abs(first - (chart.width - last)) < 1e-9, "the legend is centred")
            #expect(layout.legendTop + layout.legend.height <= chart.height)
        }
    }

    @Test func `panels with one y axis have one scale, and the room of the second's numbers`() {
        let small = Series("a", [.init(0, 1), .init(1, 2)], style: SeriesStyle(.black))
        let large = Series("a", [.init(0, 1), .init(1, 200)], style: SeriesStyle(.black))
        let panels = [small, large].map { Panel("", x: Axis("x"), y: Axis("y"), series: [$0]) }
        let shared = ChartLayout(Chart("", panels: panels, sharesY: true), widthOf: width)
        let own = ChartLayout(Chart("", panels: panels), widthOf: width)
        #expect(shared.panels[0].y.range == shared.panels[1].y.range)
        #expect(own.panels[0].y.range != own.panels[1].y.range)
        #expect(shared.panels[0].frame.width > own.panels[0].frame.width)
        #expect(shared.panels[0].place(.init(1, 2))?.y == shared.panels[1].place(.init(1, 2))?.y)
    }

    @Test func `places follow the scales`() throws {
        let panel = Panel(
            "", x: Axis("x", range: 0...10), y: Axis("y", scale: .logarithmic, range: 0.1...1000), series: [])
        let placed = try #require(ChartLayout(Chart("", panels: [panel]), widthOf: width).panels.first)
        let frame = placed.frame
        #expect(placed.place(.init(0, 0.1)) == Place(frame.left, frame.bottom))
        let middle = try #require(placed.place(.init(5, 10)))
        #expect(abs(middle.x - (frame.left + frame.right) / 2) < 1e-9)
        #expect(abs(middle.y - (frame.top + frame.bottom) / 2) < 1e-9)
        // No place on the axis: as far below the frame as it is high.
        #expect(placed.place(.init(5, 0))?.y == frame.bottom + frame.height)
        #expect(placed.place(.init(5, -1))?.y == frame.bottom + frame.height)
        #expect(placed.place(.init(5, .nan)) == nil)
        #expect(placed.place(.init(5, .infinity)) == nil)
    }

    @Test func `the legend has one entry for each name`() {
        let a = Series("a", [], style: SeriesStyle(.black)), b = Series("b", [], style: SeriesStyle(.blue))
        let panels = [[a, a], [b, a]].map { Panel("", x: Axis("x"), y: Axis("y"), series: $0) }
        #expect(Chart("", panels: panels).legend.map(\.name) == ["a", "b"])
    }
}
