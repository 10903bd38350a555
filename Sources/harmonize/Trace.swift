internal import Files
internal import Foundation
internal import Harmonization
internal import Imaging
internal import NeuralNet

/// The JSON object that `--trace` writes.
struct Trace: Encodable {
    let settings: JobDescription
    let model: NetworkDescription
    let tapScale: [VGG16.Tap: Float]
    let passes: [PassRecord]

    func write(to path: FilePath) throws {
        let encoder = NonFiniteJSON.encoder([.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
        try AtomicFile.write(Array(encoder.encode(self)) + [UInt8(ascii: "\n")], to: path)
    }
}

/// The files and options of a job, for traces and summaries.
struct JobDescription: Encodable {
    /// The files, as ``FilePath/argument``.
    let painting, object: String
    let mask, looseMask: String?
    /// Whether the object is cut out, and what is known of it.
    let cut: Bool
    let box: [Int]?
    let keep, drop: String?
    let at: [Int]?
    let scale, rotate: Double
    let flip: Bool
    let iterations: [Int]
    /// The style level used, given or estimated.
    let styleLevel: Double
    let keepColors, faithful: Bool
    let detail, matchColors: Double
    let styleRegion: [Int]?
    let size: Int?
    let optimizer: OptimizerKind
    let histogramRange: HistogramRange
    let contentWeight, styleWeight, histogramWeight, tvWeight: Double?

    init(_ files: PictureFiles, _ settings: Settings, styleLevel: Double) {
        let settings = settings.resolved
        (painting, object) = (files.painting.argument, files.object.argument)
        (mask, looseMask) = (files.mask?.argument, files.looseMask?.argument)
        at = files.placement.origin.map { [$0.x, $0.y] }
        (scale, rotate, flip) = (files.placement.scale, files.placement.rotation, files.placement.isMirrored)
        cut = files.cut != nil
        box = files.cut?.box.map(\.numbers)
        (keep, drop) = (files.cut?.keep?.argument, files.cut?.drop?.argument)
        iterations = settings.iterations.map { [$0.pass1, $0.pass2] } ?? []
        self.styleLevel = styleLevel
        (detail, faithful) = (settings.detail, settings.usesPaperMethod)
        styleRegion = settings.styleRegion.map(\.numbers)
        (keepColors, matchColors) = (settings.keepsColors, settings.colorMatching)
        size = settings.largestSide
        optimizer = settings.optimizer
        histogramRange = settings.histogramRange
        (contentWeight, styleWeight) = (settings.contentWeight, settings.styleWeight)
        (histogramWeight, tvWeight) = (settings.histogramWeight, settings.tvWeight)
    }
}

extension Region {
    /// X, Y, W, H.
    var numbers: [Int] { [origin.x, origin.y, size.width, size.height] }
}

/// The network of a job.
struct NetworkDescription: Encodable {
    let source: String
    let pooling: String
    let channels: [VGG16.Tap: Int]

    init(source: String, _ network: VGG16) {
        self.source = source
        pooling = network.pooling.rawValue
        channels = network.channels
    }
}
