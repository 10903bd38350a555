internal import Files
internal import Foundation

/// A file under a ``FileLock``, open for reading and for appending.
final class LockedFile: Sendable {
    let path: String
    let descriptor: Int32

    /// Opens and locks the file; creates it if missing. Throws ``FileError``, or ``FileLock/Busy``.
    init(_ path: String, _ mode: FileLock.Mode) throws {
        self.path = path
        descriptor = try FileLock.open(path, flags: O_APPEND, mode)
    }

    deinit { close(descriptor) }

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
    func clear() throws { guard ftruncate(descriptor, 0) == 0 else { throw FileError(path: path, code: errno) } }

    /// Appends `data` in a single write, all of it or nothing.
    func write(_ data: Data) throws {
        let end = lseek(descriptor, 0, SEEK_END)
        let count = data.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        guard count == data.count else {
            // A full disk may accept only a part.
            let code = count < 0 ? errno : ENOSPC
            if end >= 0 { ftruncate(descriptor, end) }
            errno = code
            throw FileError(path: path, code: errno)
        }
    }

    /// Flushes the file to disk (`fsync`).
    func synchronize() throws { guard fsync(descriptor) == 0 else { throw FileError(path: path, code: errno) } }
}
