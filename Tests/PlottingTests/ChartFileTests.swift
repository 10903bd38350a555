import Foundation
import Imaging
import Plotting
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// What charts look like as files.
@Suite struct ChartFileTests {
    /// y = 10^(x/10) for x in 0…20, a gap after 14 and a point alone at 16, all in blue.
    private static let curve: [Series.Point] = (0...20).map { x in
        let isGap = x == 15 || x == 17
        return Series.Point(Double(x), isGap ? .nan : pow(10, Double(x) / 10))
    }

    private func chart(_ series: [Series], y: Axis = Axis("loss", scale: .logarithmic, range: 0.5...200)) -> Chart {
        Chart(
            "A title", panels: [Panel("A panel", x: Axis("time (s)", range: -1...21), y: y, series: series)])
    }

    private var blueChart: Chart { chart([Series("Blue", Self.curve, style: SeriesStyle(.blue))]) }

    private func picture(_ chart: Chart) throws -> Image {
        try Picture(decoding: chart.encoded(as: .png), path: "chart.png").flattened
    }

    /// Whether a pixel of about `color` lies within `radius` points of `place`.
    private func shows(_ picture: Image, _ color: Color, at place: Place, within radius: Double = 0.5) -> Bool {
        let wanted = SIMD3(Float(color.red), Float(color.green), Float(color.blue))
        func pixels(_ middle: Double, _ count: Int) -> Range<Int> {
            (Int((middle - radius) * 4)..<Int((middle + radius) * 4) + 1).clamped(to: 0..<count)
        }
        return pixels(place.y, picture.height).contains { y in
            pixels(place.x, picture.width).contains { x in
                let difference = picture[x, y] - wanted
                return (difference * difference).sum() < 0.01
            }
        }
    }

    @Test func `each kind of file begins and ends as its format does`() throws {
        let png = try blueChart.encoded(as: .png)
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        #expect(try Picture(decoding: png, path: "chart.png").image.size == Size(width: 1600, height: 1200))
        let pdf = try blueChart.encoded(as: .pdf)
        #expect(pdf.starts(with: Array("%PDF-".utf8)))
        #expect(String(decoding: pdf.suffix(6), as: UTF8.self).contains("%%EOF"))
        let svg = String(decoding: try blueChart.encoded(as: .svg), as: UTF8.self)
        #expect(svg.hasPrefix("<?xml"))
        #expect(svg.contains("width=\"400pt\" height=\"300pt\""))
        #expect(svg.hasSuffix("</svg>\n"))
    }

    @Test func `the same chart is the same picture`() throws {
        #expect(try blueChart.encoded(as: .png) == blueChart.encoded(as: .png))
    }

    @Test func `an SVG says what it shows, in words that are no markup`() throws {
        var series = Series("a < b & c", Self.curve, style: SeriesStyle(.blue))
        series.endLabel = "end"
        let svg = String(decoding: try chart([series]).encoded(as: .svg), as: UTF8.self)
        #expect(svg.contains("<title>A title</title>\n<desc>A panel: a &lt; b &amp; c</desc>"))
        let document = XMLParser(data: Data(svg.utf8))
        #expect(document.parse())
    }

    @Test func `a curve passes through its points, and nowhere else`() throws {
        let chart = blueChart, picture = try picture(chart)
        let panel = try #require(chart.layout.panels.first)
        for x in stride(from: 0.5, to: 14, by: 1.5) {
            // The curve is straight on this axis: between points too.
            let place = try #require(panel.place(.init(x, pow(10, x / 10))))
            #expect(shows(picture, .blue, at: place), "at \(x)")
            #expect(!shows(picture, .blue, at: Place(place.x, place.y - 5), within: 2), "above \(x)")
            #expect(!shows(picture, .blue, at: Place(place.x, place.y + 5), within: 2), "below \(x)")
        }
    }

    @Test func `a value that is not finite leaves a gap, and a point alone is marked`() throws {
        let chart = blueChart, picture = try picture(chart)
        let panel = try #require(chart.layout.panels.first)
        func place(_ x: Double) throws -> Place { try #require(panel.place(.init(x, pow(10, x / 10)))) }
        #expect(try shows(picture, .blue, at: place(16)))
        for x in [14.5, 15, 15.5, 16.6, 17, 17.5] {
            #expect(try !shows(picture, .blue, at: place(x), within: 1), "at \(x)")
        }
        #expect(try shows(picture, .blue, at: place(18.5)))
    }

    @Test func `a line to 0 leaves a logarithmic frame through its lower edge`() throws {
        let series = Series("Red", [.init(5, 0), .init(10, 10), .init(20, 10)], style: SeriesStyle(.vermillion))
        let chart = chart([series]), picture = try picture(chart)
        let panel = try #require(chart.layout.panels.first)
        let (zero, ten) = try (#require(panel.place(.init(5, 0))), #require(panel.place(.init(10, 10))))
        func along(_ y: Double) -> Place {
            Place(zero.x + (ten.x - zero.x) * (y - zero.y) / (ten.y - zero.y), y)
        }
        #expect(shows(picture, .vermillion, at: along(panel.frame.bottom - 3)))
        #expect(!shows(picture, .vermillion, at: along(panel.frame.bottom + 4), within: 2))
    }

    @Test func `what dashes leave out is paper`() throws {
        let flat = (0...20).map { Series.Point(Double($0), 10) }
        let chart = chart([Series("Green", flat, style: SeriesStyle(.bluishGreen, dash: .dashed))])
        let picture = try picture(chart)
        let frame = try #require(chart.layout.panels.first).frame
        let y = try #require(chart.layout.panels.first?.place(.init(0, 10))).y
        let inked = stride(from: frame.left + 20, to: frame.right - 20, by: 0.25).map {
            shows(picture, .bluishGreen, at: Place($0, y), within: 0.1)
        }
        let share = Double(inked.count { $0 }) / Double(inked.count)
        #expect((0.65...0.8).contains(share), "\(share), where ink is 5 of 7 points")
    }

    @Test func `few points are marked one by one`() throws {
        let points = [2.0, 10, 18].map { Series.Point($0, 10) }
        let chart = chart([Series("Few", points, style: SeriesStyle(.orange, width: 1, marker: .square))])
        let picture = try picture(chart)
        let panel = try #require(chart.layout.panels.first)
        for x in [2.0, 10, 18] {
            let place = try #require(panel.place(.init(x, 10)))
            #expect(shows(picture, .orange, at: Place(place.x, place.y + 1.7), within: 0.25))
        }
        let between = try #require(panel.place(.init(6, 10)))
        #expect(!shows(picture, .orange, at: Place(between.x, between.y + 1.7), within: 0.25))
    }

    @Test(arguments: ChartFormat.allCases)
    func `a chart without a value is drawn all the same`(format: ChartFormat) throws {
        let empty = chart(
            [Series("None", [.init(1, .nan)], style: SeriesStyle(.black))], y: Axis("y", scale: .logarithmic))
        #expect(try empty.encoded(as: format).count > 1000)
    }

    @Test func `values of every size are drawn`() throws {
        let points = [.leastNonzeroMagnitude, 1e-300, 0, -1e308, .nan, 1.7e308, .infinity, 1].enumerated().map {
            Series.Point(Double($0), $1)
        }
        let series = Series("All", endLabel: "all", points, style: SeriesStyle(.black))
        for scale in [Axis.Scale.linear, .logarithmic] {
            let panel = Panel("", x: Axis("x"), y: Axis("y", scale: scale), series: [series])
            #expect(try Chart("", panels: [panel]).encoded(as: .png).count > 1000)
        }
    }
}
