internal import Foundation
internal import Imaging

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

    let path: String
    /// Where the last byte that has come ends.
    private(set) var length: Int
    private let file: CInt
    private var record: Record?

    /// Opens what is at `path` of the file at `url`, or begins anew.
    ///
    /// Nil where another program has it open.
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
        // Without anything to know the file again by, it may have become another one since.
        if record?.identity.url != url || record?.identity.validator == "" { try clear() }
    }

    deinit { close(file) }

    /// The file at `path`, open and locked; nil where another program has it.
    private static func locked(_ path: String) throws -> CInt? {
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard file >= 0 else { throw failure(path) }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                defer { close(file) }
                guard errno == EWOULDBLOCK else { throw failure(path) }
                return nil
            }
            // Who had it may have removed it before it could be locked: then the name is another file's by now.
            var (mine, named) = (stat(), stat())
            if fstat(file, &mine) == 0, stat(path, &named) == 0, mine.st_ino == named.st_ino,
                mine.st_dev == named.st_dev
            {
                return file
            }
            close(file)
        }
    }

    /// What file it is, once anything of it has come.
    var identity: Identity? { record?.identity }

    /// Whether bytes before `length` have not come.
    var hasHoles: Bool { record?.hasHoles ?? false }

    private var recordPath: String { path + ".json" }

    /// Forgets all that has come, and begins with a file that is known by `identity`.
    func begin(_ identity: Identity) throws {
        try clear()
        try write(Record(identity: identity, hasHoles: false))
    }

    /// Forgets all that has come.
    func clear() throws {
        guard ftruncate(file, 0) == 0 else { throw Self.failure(path) }
        unlink(recordPath)
        (length, record) = (0, nil)
    }

    /// Adds bytes that stand at `position` of the file, at `length` or behind it.
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

    /// The file in its full size, mapped: what has not come reads as zeros.
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

    /// The record is there before anything that it is about.
    private func write(_ record: Record) throws {
        do {
            try AtomicFile.write(Array(JSONEncoder().encode(record)), to: recordPath)
        } catch let failure as AtomicFile.Failure {
            throw FetchError.cannotWrite(path: failure.path, reason: failure.reason)
        }
        self.record = record
    }

    private static func failure(_ path: String) -> FetchError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}
