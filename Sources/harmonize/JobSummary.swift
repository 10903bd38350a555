internal import Harmonization
internal import Imaging

/// What was done, or would be: what `--json` prints on stdout.
///
/// Every outcome is one JSON object with a `status`: `done`, `planned` (`--dry-run`), `interrupted` or `failed`.
struct JobSummary: Encodable {
    enum Status: String, Encodable {
        case done, planned, interrupted, failed
    }

    let status: Status
    var error: String?, hint: String?, exitCode: Int32?
    /// The job as it was resolved, and the network.
    var settings: JobDescription?
    var model: NetworkDescription?
    /// Width and height of the painting.
    var size: [Int]?
    /// The files written, by what they are: `stage1`, `stage2`, `compare`, `trace` …
    var files: [String: String]?
    var passes: [Pass]?
    /// The evaluations that were made before this command, where it went on from a checkpoint.
    var resumedAfter: Int?
    var warnings: [Warnings.Warning]?
    /// Wall-clock seconds: of the whole command, or, planned, about what the passes and the polish will take.
    var seconds: Double?
    /// The most bytes of memory that the process had, or, planned, about how many it will have; and how many there are
    /// for it.
    var memory, availableMemory: Int?
    /// Whether it would be begun with so much memory; planned only.
    var fits: Bool?

    /// A pass at a size.
    struct Pass: Encodable {
        let pass, reduction: Int
        /// How many evaluations it made, or, planned, will make at most.
        let evaluations: Int
        /// Width and height of the painting at that size, and of the part of it that is looked at; planned only.
        var painting, crop: [Int]?
        /// The pixels that may change; planned only.
        var variables: Int?
        let weights: LossWeights
        /// The first and the lowest loss, why it ended and how long it took; not when planned.
        var firstLoss, loss: Double?
        var ended: String?
        var seconds: Double?
    }

    init(_ status: Status) { self.status = status }

    /// One that failed, or was interrupted before there was a result.
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
