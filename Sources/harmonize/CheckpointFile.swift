internal import Files
internal import Harmonization

/// The file that `--checkpoint` names: how far the work has come, for the same command to go on from another time.
struct CheckpointFile {
    let path: FilePath
    /// Where an earlier command stopped; nil where there is no such file.
    let start: HarmonizationCheckpoint?
    /// The evaluations between two times that it is written.
    private let interval: Int
    /// Where this command has come to since the file was written.
    private var latest: HarmonizationCheckpoint?
    private var evaluations = 0
    private var hasFailed = false

    /// Reads what is there.
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

    /// Takes note of an evaluation, and writes the file where it is time to; not again where that failed.
    mutating func reached(_ evaluation: HarmonizationProgress.Evaluation) throws(CheckpointError) {
        latest = evaluation.checkpoint
        evaluations += 1
        guard evaluations >= interval, !hasFailed else { return }
        evaluations = 0
        try keep()
    }

    /// Writes what has not been written yet, if anything.
    mutating func keep() throws(CheckpointError) {
        guard let latest else { return }
        hasFailed = true
        try latest.write(to: path)
        (self.latest, hasFailed) = (nil, false)
    }

    /// Whether there is anything to go on from.
    var exists: Bool { path.exists }

    /// Removes the file: nothing is left to do.
    func remove() { path.removeFile() }
}
