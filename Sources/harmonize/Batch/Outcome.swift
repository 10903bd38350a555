internal import Files
internal import Foundation
internal import Imaging

/// The outcome of a job: a line of `results.jsonl`.
struct Outcome: Encodable {
    enum Status: String, Codable {
        /// The results were written.
        case done
        /// The command reported an error.
        case failed
        /// Stopped by a signal; the best result so far may have been written.
        case interrupted
        /// The command ended without a summary, as after a trap or when killed for lack of memory.
        case crashed
    }

    let job: String
    let row: Int
    var status: Status
    var shard: String?
    /// The hash of options and input files; see ``Fingerprint``.
    var fingerprint: String?
    /// The files written, relative to the job's folder.
    var files: [String]?
    var error: String?, hint: String?, exitCode: Int32?, signal: Int32?
    var seconds: Double?
    /// When it ended, in UTC.
    var finished = Date.now.ISO8601Format()
    var host = Self.hostName
    /// The summary that the command printed with `--json`.
    var summary: JSONValue?

    init(_ job: String, row: Int, _ status: Status) {
        (self.job, self.row, self.status) = (job, row, status)
    }

    /// The name of this machine; Foundation's would need a network look-up.
    private static let hostName: String? = {
        var name = [CChar](repeating: 0, count: 256)
        return gethostname(&name, name.count - 1) == 0 ? String(cBuffer: name) : nil
    }()
}
