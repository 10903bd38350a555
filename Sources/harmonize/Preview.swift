internal import Files
internal import Harmonization
internal import Imaging

/// The picture that `--preview-every` rewrites while the work goes on.
struct Preview {
    /// The evaluations between two pictures.
    let interval: Int
    /// Where the picture goes.
    let path: FilePath
    private var evaluations = 0
    /// The lowest loss of the pass so far.
    private var lowest = Double.infinity

    init(every interval: Int, at path: FilePath) {
        self.interval = interval
        self.path = path
    }

    /// Writes the picture of an evaluation where it is time to. One whose loss is not the lowest yet has gone too far: then
    /// the next one that is lower is shown.
    mutating func show(
        _ evaluation: HarmonizationProgress.Evaluation, with writer: ResultWriter
    ) throws(ImageError) {
        if evaluation.number == 1 { lowest = .infinity }
        evaluations += 1
        lowest = min(lowest, evaluation.losses.total)
        guard evaluations >= interval, evaluation.losses.total == lowest else { return }
        evaluations = 0
        try writer.write(evaluation.preview, to: path)
    }
}
