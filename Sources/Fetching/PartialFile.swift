internal import Files
internal import Foundation

/// A partial download: a sparse file with the received bytes at their offsets in the remote file, and a record beside
/// it that identifies the remote file. It is open under an exclusive advisory lock.
final class PartialFile {
    /// The identity of a remote file, which detects its changes.
    struct Identity: Codable, Equatable {
        let url: String
        let size: Int
        /// The server's `ETag` or, without one, `Last-Modified`.
        let validator: String
    }

    /// The record's contents.
    private struct Record: Codable {
        var identity: Identity
        var hasHoles: Bool
    }

    let path: FilePath
    /// The offset behind the last received byte.
    private(set) var length: Int
    private let file: LockedFile
    private var record: Record?

    /// Opens the partial download at `path`, and clears it unless it is of the file at `url`.
    ///
    /// - Throws: `FileError.busy` if another process has locked it, or `cannotWrite`.
    init(_ path: FilePath, url: String) throws {
        file = try LockedFile(path, .immediate)
        self.path = path
        length = try file.size
        record = (try? FileContents.map(recordPath))
            .flatMap { try? JSONDecoder().decode(Record.self, from: $0) }
        // Without a validator, a change of the remote file could not be detected.
        if record?.identity.url != url || record?.identity.validator == "" { try clear() }
    }

    /// The identity of the remote file; nil before the first answer.
    var identity: Identity? { record?.identity }

    /// Whether bytes before `length` are missing.
    var hasHoles: Bool { record?.hasHoles ?? false }

    private var recordPath: FilePath { FilePath(argument: path.argument + ".json") ?? path }

    /// Discards all received bytes and starts a download of the file `identity`.
    func begin(_ identity: Identity) throws {
        try clear()
        try write(Record(identity: identity, hasHoles: false))
    }

    /// Discards all received bytes and the record.
    func clear() throws {
        try file.resize(to: 0)
        recordPath.removeFile()
        (length, record) = (0, nil)
    }

    /// Writes bytes at the offset `position`, which is at least `length`.
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
    func head(_ count: Int) throws -> Data { try file.contents(count: count) }

    /// The file, memory-mapped in its full size; missing bytes read as zeros.
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

    /// Writes the record, before the bytes that it describes.
    private func write(_ record: Record) throws {
        try AtomicFile.write(Array(JSONEncoder().encode(record)), to: recordPath)
        self.record = record
    }
}
