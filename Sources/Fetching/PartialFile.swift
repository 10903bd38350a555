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

    let path: String
    /// The offset behind the last received byte.
    private(set) var length: Int
    private let file: CInt
    private var record: Record?

    /// Opens the partial download at `path`, and clears it unless it is of the file at `url`.
    ///
    /// Nil where another process has locked it.
    /// - Throws: ``FetchError/cannotWrite(path:reason:)``.
    init?(_ path: String, url: String) throws {
        guard let file = try Self.locked(path) else { return nil }
        self.path = path
        self.file = file
        length = 0
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Self.failure(path) }
        length = Int(status.st_size)
        record = (try? Data(contentsOf: URL(fileURLWithPath: recordPath)))
            .flatMap { try? JSONDecoder().decode(Record.self, from: $0) }
        // Without a validator, a change of the remote file could not be detected.
        if record?.identity.url != url || record?.identity.validator == "" { try clear() }
    }

    deinit { close(file) }

    /// Opens and locks the file at `path`; nil where another process has locked it.
    private static func locked(_ path: String) throws -> CInt? {
        do {
            return try FileLock.open(path, .immediate)
        } catch is FileLock.Busy {
            return nil
        } catch let error as FileError {
            throw FetchError.cannotWrite(path: path, reason: error.reason)
        }
    }

    /// The identity of the remote file; nil before the first answer.
    var identity: Identity? { record?.identity }

    /// Whether bytes before `length` are missing.
    var hasHoles: Bool { record?.hasHoles ?? false }

    private var recordPath: String { path + ".json" }

    /// Discards all received bytes and starts a download of the file `identity`.
    func begin(_ identity: Identity) throws {
        try clear()
        try write(Record(identity: identity, hasHoles: false))
    }

    /// Discards all received bytes and the record.
    func clear() throws {
        guard ftruncate(file, 0) == 0 else { throw Self.failure(path) }
        unlink(recordPath)
        (length, record) = (0, nil)
    }

    /// Writes bytes at the offset `position`, which is at least `length`.
    func append(_ bytes: UnsafeRawBufferPointer, at position: Int) throws {
        precondition(position >= length, "bytes at \(position) of a file that has \(length)")
        if position > length { try noteHoles() }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = pwrite(
                file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count,
                off_t(position + bytes.count - rest.count))
            if count >= 0 {
                rest = rest.dropFirst(count)
                length = position + bytes.count - rest.count
            } else if errno != EINTR {
                throw Self.failure(path)
            }
        }
    }

    /// The first `count` bytes.
    func head(_ count: Int) throws -> Data {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw Self.failure(path) }
        return try handle.read(upToCount: count) ?? Data()
    }

    /// The file, memory-mapped in its full size; missing bytes read as zeros.
    func whole() throws -> Data {
        let size = identity?.size ?? 0
        if length < size { try noteHoles() }
        guard ftruncate(file, off_t(size)) == 0 else { throw Self.failure(path) }
        length = size
        return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    }

    /// Removes the file and its record.
    func remove() {
        unlink(recordPath)
        unlink(path)
    }

    private func noteHoles() throws {
        guard var record, !record.hasHoles else { return }
        record.hasHoles = true
        try write(record)
    }

    /// Writes the record, before the bytes that it describes.
    private func write(_ record: Record) throws {
        do {
            try AtomicFile.write(Array(JSONEncoder().encode(record)), to: recordPath)
        } catch let failure as FileError {
            throw FetchError.cannotWrite(path: failure.path, reason: failure.reason)
        }
        self.record = record
    }

    private static func failure(_ path: String) -> FetchError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
