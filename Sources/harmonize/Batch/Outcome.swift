internal import Files
internal import Foundation

/// What became of a job: a line of `results.jsonl`.
struct Outcome: Encodable {
    enum Status: String, Codable {
        /// The results are there.
        case done
        /// The command refused or could not do it, and said why.
        case failed
        /// A signal asked for an end; the best so far may be there.
        case interrupted
        /// The command ended without a word, as by a trap or by the system when memory is short.
        case crashed
    }

    let job: String
    let row: Int
    var status: Status
    var shard: String?
    /// Of the options and the files' contents; see ``Fingerprint``.
    var fingerprint: String?
    /// The files written, as seen from the job's folder.
    var files: [String]?
    var error: String?, hint: String?, exitCode: Int32?, signal: Int32?
    var seconds: Double?
    /// When it ended, in UTC.
    var finished = Date.now.ISO8601Format()
    var host = Self.hostName
    /// What the command said with `--json`.
    var summary: JSONValue?

    init(_ job: String, row: Int, _ status: Status) {
        (self.job, self.row, self.status) = (job, row, status)
    }

    /// What this machine calls itself; Foundation would ask the network.
    private static let hostName: String? = {
        var name = [CChar](repeating: 0, count: 256)
        return gethostname(&name, name.count - 1) == 0 ? String(cBuffer: name) : nil
    }()
}
