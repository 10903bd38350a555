internal import Files
internal import Foundation
internal import Synchronization

/// `results.jsonl`: a line of JSON for each job that ended, appended by as many processes as there are.
///
/// Appending happens under a lock and lasts: a line that was written is there after a power cut. What a killed process left
/// without a line end is no line, and the next writer ends it.
final class ResultsFile: Sendable {
    static let name = "results.jsonl"

    /// The part of a line that tells whether a job is done.
    private struct Line: Decodable {
        let job: String
        let status: Outcome.Status
        let fingerprint: String?
        let files: [String]?
    }

    /// A job that was done.
    private struct Done {
        let fingerprint: String
        let files: [FilePath]
    }

    private struct State {
        /// How much of the file was read, in bytes; up to the end of a line.
        var offset: UInt64 = 0
        /// The last time that each job was done.
        var done: [String: Done] = [:]
    }

    let path: FilePath
    private let state = Mutex(State())

    init(in folder: FilePath) { path = folder.appending(Self.name) }

    /// Whether `job` was done, by any process, from what `fingerprint` stands for, and its files are still in `folder`.
    func hasDone(_ job: String, _ fingerprint: String, in folder: JobFolder) -> Bool {
        state.withLock { state in
            read(&state)
            guard let done = state.done[job], done.fingerprint == fingerprint else { return false }
            return folder.hasAll(done.files)
        }
    }

    /// Reads what was appended since the last time.
    private func read(_ state: inout State) {
        guard let descriptor = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return }
        let file = FileHandle(fileDescriptor: descriptor.rawValue, closeOnDealloc: true)
        guard (try? file.seek(toOffset: state.offset)) != nil, let data = try? file.readToEnd(),
            let end = data.lastIndex(of: UInt8(ascii: "\n"))
        else { return }
        state.offset += UInt64(end + 1 - data.startIndex)
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
    /// Not by way of ``AtomicFile``: other processes append to the same file.
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

    /// Outcomes can no longer be taken down.
    struct Failure: Error {
        let cause: any Error
    }
}
