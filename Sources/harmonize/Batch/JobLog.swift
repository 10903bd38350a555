internal import Files
internal import Foundation

/// `job.jsonl` in a job's folder: a line with the fingerprint of what is being done, then the command's summary.
///
/// Who has it open does the job, and no one else at that time: the batch that started the command, and the command itself,
/// whose stdout it is and which may outlive the batch. What it finished then is not done again.
struct JobLog {
    static let name: FilePath = "job.jsonl"

    private struct Header: Codable {
        let job, fingerprint: String
    }

    private let file: LockedFile

    /// The log of the job in `folder`; throws `FileError.busy` where another process does the job.
    init(in folder: JobFolder) throws { file = try LockedFile(folder.file(Self.name), .immediate) }

    /// What the command's stdout is to be.
    var descriptor: FileDescriptor { file.descriptor }

    /// Forgets what was, and takes note of what is being done.
    func begin(_ job: String, _ fingerprint: String) throws {
        try file.resize(to: 0)
        try file.append(JSONLine.encoded(Header(job: job, fingerprint: fingerprint)))
    }

    /// What the command said when it ended; nil where it did not get that far.
    func summary() throws -> CommandSummary? {
        let lines = try file.contents().split(separator: UInt8(ascii: "\n"))
        return lines.count == 2 ? CommandSummary(Data(lines[1])) : nil
    }

    /// What a command said that was started by a process that is no more and did what `fingerprint` stands for.
    func summary(of fingerprint: String) throws -> CommandSummary? {
        try self.fingerprint() == fingerprint ? summary() : nil
    }

    /// What stands for what was begun last.
    func fingerprint() throws -> String? {
        try file.contents().split(separator: UInt8(ascii: "\n")).first
            .flatMap { try? JSONDecoder().decode(Header.self, from: Data($0)) }?.fingerprint
    }
}

/// What `harmonize --json` prints.
struct CommandSummary {
    /// The part of it that matters here.
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
    /// All of it.
    let value: JSONValue

    init?(_ line: Data) {
        guard let known = try? JSONDecoder().decode(Known.self, from: line),
            let value = try? JSONDecoder().decode(JSONValue.self, from: line)
        else { return nil }
        (self.known, self.value) = (known, value)
    }

    var isDone: Bool { known.status == Summary.Status.done.rawValue }
    var error: String? { known.error }
    var hint: String? { known.hint }
    var seconds: Double? { known.seconds }
    var files: [FilePath] { known.files.map { $0.values.sorted().compactMap(FilePath.init(argument:)) } ?? [] }
    var warnings: [String] { known.warnings?.map(\.warning) ?? [] }
}
