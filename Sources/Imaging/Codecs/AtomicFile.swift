internal import Foundation
internal import Synchronization

/// Writes files that appear complete or not at all.
package enum AtomicFile {
    /// A file that could not be written.
    package struct Failure: Error, Equatable, Sendable {
        /// The path asked for.
        package let path: String

        /// The system's reason.
        package let reason: String

        fileprivate init(path: String, code: CInt) {
            self.path = path
            reason = String(cString: strerror(code))
        }
    }

    /// Writes `bytes` at `path`; see the other `write`.
    package static func write(_ bytes: [UInt8], to path: String) throws(Failure) {
        let code = bytes.withUnsafeBytes { put($0, at: path) }
        if code != 0 { throw Failure(path: path, code: code) }
    }

    /// Writes `bytes` at `path`: into a temporary file in the same folder, which then takes the name.
    ///
    /// A file already there is replaced whole, or stays as it was when an error is thrown, and no temporary file stays
    /// behind. A symbolic link to a file stays, and the file it leads to is replaced. What is neither a file nor a folder, such
    /// as `/dev/stdout`, is written straight into. A new file has the usual permissions (0666 less the umask).
    package static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(Failure) {
        let code = put(bytes, at: path)
        if code != 0 { throw Failure(path: path, code: code) }
    }

    /// The temporary files that exist at this moment.
    private static let unfinished = Mutex<Set<String>>([])

    /// Removes what is half-written and leaves the program by `exit`: nothing more is begun in between.
    package static func discardUnfinished(andLeaveBy exit: () -> Never) -> Never {
        unfinished.withLock {
            for path in $0 { unlink(path) }
            exit()
        }
    }

    // The functions below return an errno, 0 for success.

    private static func put(_ bytes: UnsafeRawBufferPointer, at path: String) -> CInt {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return replace(path, with: bytes)
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            return EISDIR
        case S_IFREG:
            guard let target = realpath(path, nil) else { return errno }
            defer { free(target) }
            return replace(String(cString: target), with: bytes)
        default:
            // Renaming over a device or a pipe would put an ordinary file in its place.
            return fill(open(path, O_WRONLY | O_CLOEXEC), with: bytes)
        }
    }

    private static func replace(_ path: String, with bytes: UnsafeRawBufferPointer) -> CInt {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(decoding: path.utf8[...$0], as: UTF8.self) } ?? ""
        // Not made from the file's own name, which may already be as long as names can be.
        let temporary = "\(folder).harmonize-\(UInt64.random(in: 0...UInt64.max)).tmp"
        _ = unfinished.withLock { $0.insert(temporary) }
        defer { _ = unfinished.withLock { $0.remove(temporary) } }
        var code = fill(open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666), with: bytes)
        if code == 0, rename(temporary, path) != 0 { code = errno }
        if code != 0 { unlink(temporary) }
        return code
    }

    /// Writes all bytes to a file just opened, and closes it; a negative `file` means that opening it failed.
    private static func fill(_ file: CInt, with bytes: UnsafeRawBufferPointer) -> CInt {
        guard file >= 0 else { return errno }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Foundation.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                let code = errno
                close(file)
                return code
            }
        }
        return close(file) == 0 ? 0 : errno
    }
}
