internal import Harmonization
internal import NeuralNet
internal import Plotting

/// A curve of the loss plot.
struct LossTerm: Sendable {
    /// The name in the legend.
    let name: String
    /// The label at the end of the curve.
    let endLabel: String?
    let style: SeriesStyle
    /// The loss times its weight.
    let value: @Sendable (LossRecord, LossWeights) -> Double

    private init(
        _ name: String, endLabel: String? = nil, _ style: SeriesStyle,
        _ value: @escaping @Sendable (LossRecord, LossWeights) -> Double
    ) {
        (self.name, self.endLabel, self.style, self.value) = (name, endLabel, style, value)
    }

    /// The total, its terms, and the style loss at each tap.
    static let all: [LossTerm] = {
        let tapStyle = SeriesStyle(.orange, width: 0.7)
        let taps = VGG16.Tap.allCases.map { tap in
            LossTerm("Style at each relu", endLabel: String(tap.rawValue.dropFirst(4)), tapStyle) {
                $1.style * ($0.style[tap] ?? 0)
            }
        }
        return [
            // The widest, so that a curve that coincides with it remains visible on top.
            LossTerm("Total", SeriesStyle(.black, width: 2)) { losses, _ in losses.total },
            LossTerm("Content", SeriesStyle(.blue, dash: .dashed, marker: .square)) { $1.content * $0.content },
            LossTerm("Style", SeriesStyle(.vermillion, marker: .triangle)) {
                $1.style * sum($0.style)
            },
        ] + taps + [
            LossTerm("Histogram", SeriesStyle(.bluishGreen, dash: .dashDotted, marker: .diamond)) {
                $1.histogram * sum($0.histogram)
            },
            LossTerm("Total variation", SeriesStyle(.reddishPurple, dash: .dotted, marker: .invertedTriangle)) {
                $1.tv * $0.tv
            },
            LossTerm("Matched features", SeriesStyle(.vermillion, dash: .dashed, marker: .diamond)) {
                $1.matched * sum($0.matched)
            },
        ]
    }()

    /// The sum over taps, in their order: a dictionary's own would round differently from run to run.
    private static func sum(_ losses: [VGG16.Tap: Double]) -> Double {
        VGG16.Tap.allCases.reduce(0) { $0 + (losses[$1] ?? 0) }
    }

    /// The values of a pass, in the order of its evaluations.
    func values(_ record: PassRecord) -> [Double] { record.evaluations.map { value($0, record.weights) } }
}
