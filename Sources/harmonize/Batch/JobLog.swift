internal import Files
internal import Foundation

/// `job.jsonl` in a job's folder: a line with the fingerprint of the job, then the command's summary.
///
/// Its lock admits one run of the job at a time. It is held by the batch and by the command, whose stdout the file is
/// and which may outlive the batch: a later batch then reads the summary instead of running the job again.
struct JobLog {
    static let name = "job.jsonl"

    private struct Header: Codable {
        let job, fingerprint: String
    }

    private let file: LockedFile

    /// The log of the job in `folder`; throws `FileError.busy` where another process does the job.
    init(in folder: FilePath) throws { file = try LockedFile(folder.appending(Self.name), .immediate) }

    /// The descriptor for the command's stdout.
    var descriptor: FileDescriptor { file.descriptor }

    /// Clears the log and records the job that starts.
    func begin(_ job: String, _ fingerprint: String) throws {
        try file.resize(to: 0)
        try file.append(JSONLine.encoded(Header(job: job, fingerprint: fingerprint)))
    }

    /// The summary that the command printed; nil where it ended without one.
    func summary() throws -> PrintedSummary? {
        let lines = try file.contents().split(separator: UInt8(ascii: "\n"))
        return lines.count == 2 ? PrintedSummary(Data(lines[1])) : nil
    }

    /// The summary of an earlier run of the job, if it had this fingerprint.
    func summary(of fingerprint: String) throws -> PrintedSummary? {
        try self.fingerprint() == fingerprint ? summary() : nil
    }

    /// The fingerprint of the last run.
    func fingerprint() throws -> String? {
        try file.contents().split(separator: UInt8(ascii: "\n")).first
            .flatMap { try? JSONDecoder().decode(Header.self, from: Data($0)) }?.fingerprint
    }
}

/// A parsed summary of `harmonize --json`.
struct PrintedSummary {
    /// The fields used here.
    private struct Known: Decodable {
        struct Warning: Decodable {
            let warning: String
        }

        let status: String
        let error, hint: String?
        let exitCode: Int32?
        let files: [String: String]?
        let warnings: [Warning]?
        let seconds: Double?
    }

    private let known: Known
    /// The whole summary.
    let value: JSONValue

    init?(_ line: Data) {
        guard let known = try? JSONDecoder().decode(Known.self, from: line),
            let value = try? JSONDecoder().decode(JSONValue.self, from: line)
        else { return nil }
        (self.known, self.value) = (known, value)
    }

    var isDone: Bool { known.status == JobSummary.Status.done.rawValue }
    var error: String? { known.error }
    var hint: String? { known.hint }
    var seconds: Double? { known.seconds }
    var files: [FilePath] { known.files.map { $0.values.sorted().compactMap(FilePath.init(argument:)) } ?? [] }
    var warnings: [String] { known.warnings?.map(\.warning) ?? [] }
}
