internal import Foundation
internal import Imaging

/// A file that one process at a time has open, for reading and for appending to.
///
/// The lock belongs to the open file (`flock`). A child that has it as its stdout holds it too, so that it lasts until
/// the last of them ends, in whatever way; the system then releases it, also on other machines that see the file over
/// NFS.
final class LockedFile: Sendable {
    enum Mode {
        /// Waits until the file is free.
        case waiting
        /// Fails with ``Busy`` where it is not.
        case immediate
    }

    /// Another process has the file.
    struct Busy: Error {}

    let path: String
    let descriptor: Int32

    /// Opens the file, an empty one where there is none.
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

    /// All that is in the file.
    func contents() throws -> Data {
        try handle.seek(toOffset: 0)
        return try handle.readToEnd() ?? Data()
    }

    /// Whether the last line has no end.
    func endsInsideLine() throws -> Bool {
        let end = try handle.seekToEnd()
        guard end > 0 else { return false }
        try handle.seek(toOffset: end - 1)
        return try handle.readToEnd() != Data([UInt8(ascii: "\n")])
    }

    /// Removes all that is in the file.
    func clear() throws { guard ftruncate(descriptor, 0) == 0 else { throw Self.failure(path) } }

    /// Appends `data` in a single piece, all of it or nothing.
    func write(_ data: Data) throws {
        let end = lseek(descriptor, 0, SEEK_END)
        let count = data.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        guard count == data.count else {
            // A disk that is full takes a part.
            let code = count < 0 ? errno : ENOSPC
            if end >= 0 { ftruncate(descriptor, end) }
            errno = code
            throw Self.failure(path)
        }
    }

    /// Waits until what was written is on the disk.
    func synchronize() throws { guard fsync(descriptor) == 0 else { throw Self.failure(path) } }
}
