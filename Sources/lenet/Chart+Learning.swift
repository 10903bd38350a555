internal import Files
internal import Optimization
internal import Plotting

/// The charts of `--plot`.
extension Chart {
    /// The training loss and the error rate on the held-out digits after each epoch.
    static func learning(_ epochs: [Training.Epoch]) -> Chart {
        func panel(
            _ title: String, _ axis: Axis, _ name: String, _ style: SeriesStyle, _ value: (Training.Epoch) -> Double
        ) -> Panel {
            let points = epochs.enumerated().map { Series.Point(Double($0 + 1), value($1)) }
            return Panel(
                title, x: Axis("epoch", numbers: .whole), y: axis, series: [Series(name, points, style: style)])
        }
        return Chart(
            "LeNet-5 learns digits",
            panels: [
                panel("Learned", Axis("loss", scale: .logarithmic), "Cross-entropy", SeriesStyle(.blue)) { $0.loss },
                panel(
                    "Held out", Axis("errors", scale: .logarithmic, numbers: .percent), "Not recognised",
                    SeriesStyle(.vermillion, marker: .square)
                ) { 1 - $0.accuracy },
            ])
    }

    /// The loss by learning rate, and the suggested rates.
    static func rates(_ curve: LearningRateRangeTest.Curve) -> Chart {
        func series(_ name: String, _ style: SeriesStyle, _ value: (LearningRateRangeTest.Curve.Point) -> Double)
            -> Series
        { Series(name, curve.points.map { .init($0.learningRate, value($0)) }, style: style) }
        func suggestion(_ name: String, _ rule: LearningRateRangeTest.Curve.Rule, _ style: SeriesStyle) -> Series {
            let rate = curve.suggestedRate(by: rule)
            let point = curve.points.first { $0.learningRate >= rate ?? .infinity }
            return Series(name, point.map { [.init($0.learningRate, $0.smoothedLoss)] } ?? [], style: style)
        }
        return Chart(
            "Which rate LeNet-5 bears",
            panels: [
                Panel(
                    "A growing learning rate", x: Axis("learning rate", scale: .logarithmic),
                    y: Axis("loss", scale: .logarithmic),
                    series: [
                        series("Each batch", SeriesStyle(.orange, width: 0.6)) { $0.loss },
                        series("Smoothed", SeriesStyle(.blue)) { $0.smoothedLoss },
                        suggestion("Falls fastest", .steepestDescent, SeriesStyle(.black)),
                        suggestion(
                            "A tenth of the rate at the least", .tenthOfMinimum,
                            SeriesStyle(.vermillion, marker: .square)),
                    ])
            ])
    }

    /// Writes the chart to `path`, in the format of its extension.
    func write(to path: FilePath) throws {
        guard let format = ChartFormat(path: path) else { preconditionFailure("\(path) is no name for a chart") }
        try AtomicFile.write(encoded(as: format), to: path)
    }
}
