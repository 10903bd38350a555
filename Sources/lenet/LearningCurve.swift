internal import Files
internal import Plotting

/// The chart of `--plot`: the training loss and the error rate on the held-out digits after each epoch.
struct LearningCurve {
    private let chart: Chart

    init(_ epochs: [Training.Epoch]) {
        func panel(
            _ title: String, _ axis: Axis, _ name: String, _ style: SeriesStyle, _ value: (Training.Epoch) -> Double
        ) -> Panel {
            let points = epochs.enumerated().map { Series.Point(Double($0 + 1), value($1)) }
            return Panel(
                title, x: Axis("epoch", numbers: .whole), y: axis, series: [Series(name, points, style: style)])
        }
        chart = Chart(
            "LeNet-5 learns digits",
            panels: [
                panel("Learned", Axis("loss", scale: .logarithmic), "Cross-entropy", SeriesStyle(.blue)) { $0.loss },
                panel(
                    "Held out", Axis("errors", scale: .logarithmic, numbers: .percent), "Not recognised",
                    SeriesStyle(.vermillion, marker: .square)
                ) { 1 - $0.accuracy },
            ])
    }

    /// Writes the chart to `path`, in the format of its extension.
    func write(to path: FilePath) throws {
        guard let format = ChartFormat(path: path) else { preconditionFailure("\(path) is no name for a chart") }
        try AtomicFile.write(chart.encoded(as: format), to: path)
    }
}
