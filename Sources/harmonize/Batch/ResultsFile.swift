internal import Files
internal import Foundation
internal import Synchronization

/// `results.jsonl`: a line of JSON for each job that ended, appended by any number of processes.
///
/// Lines are appended under a lock and flushed to disk, so that they survive a power cut. A line that a killed process
/// left without a newline is ignored, and terminated by the next writer.
final class ResultsFile: Sendable {
    static let name = "results.jsonl"

    /// The fields that tell whether a job is done.
    private struct Line: Decodable {
        let job: String
        let status: Outcome.Status
        let fingerprint: String?
        let files: [String]?
    }

    /// A completed job.
    private struct Done {
        let fingerprint: String
        let files: [FilePath]
    }

    private struct State {
        /// The number of bytes read so far, up to the end of a line.
        var offset = 0
        /// The last completion of each job.
        var done: [String: Done] = [:]
    }

    let path: FilePath
    private let state = Mutex(State())

    init(in folder: FilePath) { path = folder.appending(Self.name) }

    /// Whether any process completed `job` with this fingerprint, and its files still exist.
    func hasDone(_ job: BatchJob, _ fingerprint: String) -> Bool {
        state.withLock { state in
            read(&state)
            guard let done = state.done[job.name], done.fingerprint == fingerprint else { return false }
            return job.hasAll(done.files)
        }
    }

    /// Reads the lines appended since the last call.
    private func read(_ state: inout State) {
        guard let data = try? FileContents.read(path, offset: state.offset),
            let end = data.lastIndex(of: UInt8(ascii: "\n"))
        else { return }
        state.offset += end + 1
        for line in data[..<end].split(separator: UInt8(ascii: "\n")) {
            guard let line = try? JSONDecoder().decode(Line.self, from: Data(line)), line.status == .done,
                let fingerprint = line.fingerprint
            else { continue }
            let files = (line.files ?? []).compactMap { FilePath(argument: $0) }
            state.done[line.job] = Done(fingerprint: fingerprint, files: files)
        }
    }

    /// Appends a line.
    ///
    /// Not through ``AtomicFile``: other processes append to the same file.
    func append(_ outcome: Outcome) throws(Failure) {
        do {
            let line = try JSONLine.encoded(outcome)
            let file = try LockedFile(path, .waiting)
            try file.append((try file.endsInsideLine() ? Data([UInt8(ascii: "\n")]) : Data()) + line)
            try file.synchronize()
        } catch {
            throw Failure(cause: error)
        }
    }

    /// Outcomes can no longer be recorded.
    struct Failure: Reportable {
        let cause: any Error
        var report: ErrorReport { ErrorReport(cause) }
    }
}
