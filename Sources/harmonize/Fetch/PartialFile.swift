internal import Files
internal import Foundation

/// A file elsewhere, as far as it has come: the same bytes at the same places, with holes where none are wanted, and a
/// record beside it of what file it is. Whoever has it open is alone with it.
final class PartialFile {
    /// What tells whether two answers are about the same file.
    struct Identity: Codable, Equatable {
        let url: String
        let size: Int
        /// The server's ETag or, where it has none, the time of the last change.
        let validator: String
    }

    /// The record's contents.
    private struct Record: Codable {
        var identity: Identity
        var hasHoles: Bool
    }

    let path: FilePath
    /// Where the last byte that has come ends.
    private(set) var length: Int
    private let file: LockedFile
    private var record: Record?

    /// Opens what is at `path` of the file at `url`, or begins anew.
    ///
    /// - Throws: `FileError.busy` where another program has it open, or `cannotWrite`.
    init(_ path: FilePath, url: String) throws {
        file = try LockedFile(path, .immediate)
        self.path = path
        length = try file.size
        record = (try? FileContents.map(recordPath))
            .flatMap { try? JSONDecoder().decode(Record.self, from: $0) }
        // Without anything to know the file again by, it may have become another one since.
        if record?.identity.url != url || record?.identity.validator == "" { try clear() }
    }

    /// What file it is, once anything of it has come.
    var identity: Identity? { record?.identity }

    /// Whether bytes before `length` have not come.
    var hasHoles: Bool { record?.hasHoles ?? false }

    private var recordPath: FilePath { FilePath(argument: path.argument + ".json") ?? path }

    /// Forgets all that has come, and begins with a file that is known by `identity`.
    func begin(_ identity: Identity) throws {
        try clear()
        try write(Record(identity: identity, hasHoles: false))
    }

    /// Forgets all that has come.
    func clear() throws {
        try file.resize(to: 0)
        recordPath.removeFile()
        (length, record) = (0, nil)
    }

    /// Adds bytes that stand at `position` of the file, at `length` or behind it.
    func append(_ bytes: UnsafeRawBufferPointer, at position: Int) throws {
        precondition(position >= length, "bytes at \(position) of a file that has \(length)")
        if position > length {
            try noteHoles()
            try file.resize(to: position)
        }
        try file.append(bytes)
        length = position + bytes.count
    }

    /// The first `count` bytes.
    func head(_ count: Int) throws -> Data {
        try file.contents(count: count)
    }

    /// The file in its full size, mapped: what has not come reads as zeros.
    func whole() throws -> Data {
        let size = identity?.size ?? 0
        if length < size { try noteHoles() }
        try file.resize(to: size)
        length = size
        return try FileContents.map(path)
    }

    /// Removes the file and its record.
    func remove() {
        recordPath.removeFile()
        path.removeFile()
    }

    private func noteHoles() throws {
        guard var record, !record.hasHoles else { return }
        record.hasHoles = true
        try write(record)
    }

    /// The record is there before anything that it is about.
    private func write(_ record: Record) throws {
        try AtomicFile.write(Array(JSONEncoder().encode(record)), to: recordPath)
        self.record = record
    }
}
