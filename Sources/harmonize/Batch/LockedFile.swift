internal import Foundation
internal import Imaging

/// A file under an exclusive advisory lock, open for reading and for appending.
///
/// The lock belongs to the open file description (`flock`), which a child shares that has it as its stdout: it lasts
/// until the last of these processes ends, in whatever way. The system then releases it, also for other machines over
/// NFS.
final class LockedFile: Sendable {
    enum Mode {
        /// Waits for the lock.
        case waiting
        /// Throws ``Busy`` if the lock is taken.
        case immediate
    }

    /// Another process holds the lock.
    struct Busy: Error {}

    let path: String
    let descriptor: Int32

    /// Opens and locks the file; creates it if missing. Throws `ImageError.cannotWrite`.
    init(_ path: String, _ mode: Mode) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.failure(path) }
        while flock(descriptor, mode == .waiting ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            if errno == EWOULDBLOCK { throw Busy() }
            throw ImageError.cannotWrite(
                path: path, reason: "the file system has no locks (\(String(cString: strerror(errno))))")
        }
    }

    deinit { close(descriptor) }

    private static func failure(_ path: String) -> ImageError {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }

    private var handle: FileHandle { FileHandle(fileDescriptor: descriptor, closeOnDealloc: false) }

    func contents() throws -> Data {
        try handle.seek(toOffset: 0)
        return try handle.readToEnd() ?? Data()
    }

    /// Whether the file is non-empty and does not end with a newline.
    func endsInsideLine() throws -> Bool {
        let end = try handle.seekToEnd()
        guard end > 0 else { return false }
        try handle.seek(toOffset: end - 1)
        return try handle.readToEnd() != Data([UInt8(ascii: "\n")])
    }

    /// Truncates the file to zero bytes.
    func clear() throws { guard ftruncate(descriptor, 0) == 0 else { throw Self.failure(path) } }

    /// Appends `data` in a single write, all of it or nothing.
    func write(_ data: Data) throws {
        let end = lseek(descriptor, 0, SEEK_END)
        let count = data.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        guard count == data.count else {
            // A full disk may accept only a part.
            let code = count < 0 ? errno : ENOSPC
            if end >= 0 { ftruncate(descriptor, end) }
            errno = code
            throw Self.failure(path)
        }
    }

    /// Flushes the file to disk (`fsync`).
    func synchronize() throws { guard fsync(descriptor) == 0 else { throw Self.failure(path) } }
}
