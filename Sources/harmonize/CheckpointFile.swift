internal import Files
internal import Harmonization

/// The file of `--checkpoint`: the state of an interrupted run, from which the same command resumes.
struct CheckpointFile {
    let path: FilePath
    /// The state that an earlier command saved; nil where the file does not exist.
    let start: HarmonizationCheckpoint?
    /// The number of evaluations between two writes.
    private let interval: Int
    /// The newest state that is not in the file yet.
    private var latest: HarmonizationCheckpoint?
    private var evaluations = 0
    private var hasFailed = false

    /// Reads the file at `path`, if it exists. Throws `unknownFormat` also for a device or a pipe.
    init(_ path: FilePath, every interval: Int) throws(CheckpointError) {
        (self.path, self.interval) = (path, interval)
        // Reading a device or a pipe might never end.
        guard !path.exists || path.isRegular else { throw .unknownFormat(path: path) }
        do throws(CheckpointError) {
            start = try HarmonizationCheckpoint(reading: path)
        } catch .file(.missing) {
            start = nil
        }
    }

    /// Records an evaluation. Writes the file every `interval` of them, until a write fails.
    mutating func reached(_ evaluation: HarmonizationProgress.Evaluation) throws(CheckpointError) {
        latest = evaluation.checkpoint
        evaluations += 1
        guard evaluations >= interval, !hasFailed else { return }
        evaluations = 0
        try keep()
    }

    /// Writes the newest state, unless it is in the file already.
    mutating func keep() throws(CheckpointError) {
        guard let latest else { return }
        hasFailed = true
        try latest.write(to: path)
        (self.latest, hasFailed) = (nil, false)
    }
}
