internal import Files
internal import Harmonization
internal import Imaging

/// The preview that is rewritten during optimization and at each synthesis (`--preview-every`).
struct Preview {
    /// The number of evaluations between two pictures.
    let interval: Int
    let path: FilePath
    private var evaluations = 0
    /// The lowest loss of the pass so far.
    private var lowest = Double.infinity

    init(every interval: Int, at path: FilePath) {
        self.interval = interval
        self.path = path
    }

    /// Writes the preview at the first evaluation, `interval` or more after the last one written, whose loss is the
    /// lowest of the pass so far: line-search steps that overshoot are not shown.
    mutating func show(
        _ evaluation: HarmonizationProgress.Evaluation, with writer: ResultWriter
    ) throws(ImageError) {
        if evaluation.number == 1 { lowest = .infinity }
        evaluations += 1
        lowest = min(lowest, evaluation.losses.total)
        guard evaluations >= interval, evaluation.losses.total == lowest else { return }
        try write(evaluation.preview, with: writer)
    }

    /// Writes the preview, of an evaluation or of another step.
    mutating func write(_ picture: Overlay, with writer: ResultWriter) throws(ImageError) {
        evaluations = 0
        try writer.write(picture, to: path)
    }
}
