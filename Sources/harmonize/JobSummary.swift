internal import Harmonization
internal import Imaging

/// The summary of a job, done or planned, that `--json` prints on stdout.
///
/// Every outcome is one JSON object with a `status`: `done`, `planned` (`--dry-run`), `interrupted` or `failed`.
struct JobSummary: Encodable {
    enum Status: String, Encodable {
        case done, planned, interrupted, failed
    }

    let status: Status
    var error: String?, hint: String?, exitCode: Int32?
    /// The resolved settings, and the network.
    var settings: JobDescription?
    var model: NetworkDescription?
    /// Width and height of the painting, or of the photograph that an object was cut out of.
    var size: [Int]?
    /// The bounding box of an object that was cut out, in the photograph: column, row, width and height.
    var bounds: [Int]?
    /// Whether a picture has an alpha channel that shows a shape, and the sizes it was reduced to; for the studio.
    var hasShape: Bool?, sides: [[Int]]?
    /// The paths of the files written, by kind: `stage1`, `stage2`, `compare`, `trace` …; `cutout`
    var files: [String: String]?
    var passes: [Pass]?
    /// The number of evaluations before this command, if it resumed from a checkpoint.
    var resumedAfter: Int?
    var warnings: [Warnings.Warning]?
    /// Wall-clock seconds of the whole command; if planned, the estimate for the passes and the synthesis.
    var seconds: Double?
    /// Peak memory of the process in bytes, or its estimate if planned; and the memory available to it.
    var memory, availableMemory: Int?
    /// Whether the estimate is within the memory available; planned only.
    var fits: Bool?

    /// A pass at one resolution.
    struct Pass: Encodable {
        let pass, reduction: Int
        /// The number of evaluations; if planned, the maximum.
        let evaluations: Int
        /// Width and height of the painting at this resolution, and of the crop that the network sees; planned only.
        var painting, crop: [Int]?
        /// The number of pixels that may change; planned only.
        var variables: Int?
        let weights: LossWeights
        /// The first and the lowest loss, the stop reason and the duration; not if planned.
        var firstLoss, loss: Double?
        var ended: String?
        var seconds: Double?
    }

    init(_ status: Status) { self.status = status }

    /// The summary of a failure, or of an interruption before there was a result.
    init(_ report: ErrorReport) {
        self.init(report.exitCode > 128 ? .interrupted : .failed)
        (error, hint, exitCode) = (report.what, report.hint, report.exitCode)
    }
}

extension JobSummary.Pass {
    init(_ step: HarmonizationPlan.Step) {
        self.init(
            pass: step.pass, reduction: step.reduction, evaluations: step.evaluations,
            painting: [step.painting.width, step.painting.height], crop: [step.crop.width, step.crop.height],
            variables: step.variables, weights: step.weights)
    }

    init(_ record: PassRecord) {
        let losses = record.evaluations.map(\.total)
        self.init(
            pass: record.pass, reduction: record.reduction, evaluations: losses.count, weights: record.weights,
            firstLoss: losses.first, loss: losses.filter(\.isFinite).min(), ended: record.ended.rawValue,
            seconds: record.seconds)
    }
}
