internal import Files
internal import Foundation
internal import Harmonization
internal import NeuralNet

/// What `--trace` writes: one JSON object.
struct Trace: Encodable {
    let settings: Settings
    let model: Model
    let tapScale: [VGG16.Tap: Float]
    let passes: [PassRecord]

    /// The job's files and options.
    struct Settings: Encodable {
        /// As ``FilePath/argument``.
        let painting, object: String
        let mask, looseMask: String?
        let at: [Int]?
        let scale: Double
        let iterations: [Int]
        /// The level worked with, given or estimated.
        let styleLevel: Double
        let polish, keepColors, faithful: Bool
        let matchColors: Double
        let size: Int?
        let optimizer: OptimizerKind
        let histogramRange: HistogramRange
        let contentWeight, styleWeight, histogramWeight, tvWeight: Double?

        init(_ files: PictureFiles, _ settings: Harmonization.Settings, styleLevel: Double) {
            let settings = settings.resolved
            (painting, object) = (files.painting.argument, files.object.argument)
            (mask, looseMask) = (files.mask?.argument, files.looseMask?.argument)
            at = files.placement.origin.map { [$0.x, $0.y] }
            scale = files.placement.scale
            iterations = [settings.iterations.first, settings.iterations.second]
            self.styleLevel = styleLevel
            (polish, faithful) = (settings.polishes, settings.isFaithful)
            (keepColors, matchColors) = (settings.keepsColors, settings.colorMatching)
            size = settings.largestSide
            optimizer = settings.optimizer
            histogramRange = settings.histogramRange
            (contentWeight, styleWeight) = (settings.contentWeight, settings.styleWeight)
            (histogramWeight, tvWeight) = (settings.histogramWeight, settings.tvWeight)
        }
    }

    /// The network that was seen through.
    struct Model: Encodable {
        let source: String
        let pooling: String
        let channels: [VGG16.Tap: Int]

        init(source: String, _ network: VGG16) {
            self.source = source
            pooling = network.pooling.rawValue
            channels = network.channels
        }
    }

    func write(to path: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        try AtomicFile.write(Array(encoder.encode(self)) + [UInt8(ascii: "\n")], to: path)
    }
}
