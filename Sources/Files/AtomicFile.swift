internal import Foundation
internal import Synchronization

/// A file that could not be written, or a folder that could not be made.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The path asked for.
    package let path: String

    /// The system's reason.
    package let reason: String

    package var description: String { "cannot write \(path): \(reason)" }

    /// An error with a reason in words.
    package init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }

    /// An error with the words for an `errno`.
    package init(path: String, code: CInt) { self.init(path: path, reason: String(cString: strerror(code))) }
}

/// Atomic file writes.
package enum AtomicFile {
    /// Writes `bytes` at `path`; see ``write(parts:to:)``.
    package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        let code = bytes.withUnsafeBytes { put([$0], at: path) }
        if code != 0 { throw FileError(path: path, code: code) }
    }

    /// Writes the concatenation of `parts` to a temporary file in the same folder and renames it to `path`.
    ///
    /// An existing file is replaced whole, or kept when an error is thrown, and no temporary file remains. Where the
    /// file system supports unnamed files (`O_TMPFILE`), a killed process leaves none either, except between two system
    /// calls. The data is synced before the rename: after a power cut there is the old file or the new one, whole
    /// (which of them is undetermined for some seconds). Of several concurrent writers the last one wins.
    ///
    /// A symbolic link is kept and its target replaced. Anything but a file or folder, such as `/dev/stdout`, is
    /// written to directly. A new file has the usual permissions (0666 less the umask).
    package static func write(parts: [UnsafeRawBufferPointer], to path: String) throws(FileError) {
        let code = put(parts, at: path)
        if code != 0 { throw FileError(path: path, code: code) }
    }

    /// The existing named temporary files. They are created and renamed under its lock.
    private static let unfinished = Mutex<Set<String>>([])

    /// Removes all temporary files and ends the process by `exit`, under the lock: no new ones appear in between.
    package static func discardUnfinished(andLeaveBy exit: () -> Never) -> Never {
        unfinished.withLock {
            for path in $0 { unlink(path) }
            exit()
        }
    }

    // The functions below return an errno, 0 for success.

    private static func put(_ parts: [UnsafeRawBufferPointer], at path: String) -> CInt {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return replace(path, with: parts)
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            return EISDIR
        case S_IFREG:
            guard let target = realpath(path, nil) else { return errno }
            defer { free(target) }
            return replace(String(cString: target), with: parts)
        default:
            // Renaming over a device or a pipe would put an ordinary file in its place.
            let file = open(path, O_WRONLY | O_CLOEXEC)
            guard file >= 0 else { return errno }
            let code = fill(file, with: parts)
            return close(file) == 0 ? code : code == 0 ? errno : code
        }
    }

    private static func replace(_ path: String, with parts: [UnsafeRawBufferPointer]) -> CInt {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { String(decoding: path.utf8[...$0], as: UTF8.self) } ?? ""
        // Not derived from the file's name, which may already have the maximum length.
        let temporary = "\(folder).harmonize-\(UInt64.random(in: 0...UInt64.max)).tmp"
        return replaceByNameless(path, with: parts, folder: folder, temporary)
            ?? replaceByNamed(path, with: parts, temporary)
    }

    /// Writes an unnamed file and links it once complete. Nil where the file system has no unnamed files.
    private static func replaceByNameless(
        _ path: String, with parts: [UnsafeRawBufferPointer], folder: String, _ temporary: String
    ) -> CInt? {
        #if os(Linux)
            // <fcntl.h>'s O_TMPFILE, a macro that Swift does not see.
            let nameless = 0o20_000_000 | O_DIRECTORY
            let file = open(folder.isEmpty ? "." : folder, nameless | O_WRONLY | O_CLOEXEC, 0o666)
            guard file >= 0 else { return nil }
            defer { close(file) }
            let code = fill(file, with: parts, synchronized: true)
            if code != 0 { return code }
            // linkat cannot replace an existing file; rename can.
            return unfinished.withLock { _ in
                let link = linkat(AT_FDCWD, "/proc/self/fd/\(file)", AT_FDCWD, temporary, AT_SYMLINK_FOLLOW)
                return link == 0 ? take(path, temporary) : nil
            }
        #else
            return nil
        #endif
    }

    private static func replaceByNamed(
        _ path: String, with parts: [UnsafeRawBufferPointer], _ temporary: String
    ) -> CInt {
        let (file, failure) = unfinished.withLock { names in
            let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if file >= 0 { names.insert(temporary) }
            return (file, errno)
        }
        guard file >= 0 else { return failure }
        var code = fill(file, with: parts, synchronized: true)
        if close(file) != 0, code == 0 { code = errno }
        return unfinished.withLock { names in
            names.remove(temporary)
            if code == 0 { return take(path, temporary) }
            unlink(temporary)
            return code
        }
    }

    /// Renames the file at `temporary` to `path`, or removes it.
    private static func take(_ path: String, _ temporary: String) -> CInt {
        guard rename(temporary, path) != 0 else { return 0 }
        let code = errno
        unlink(temporary)
        return code
    }

    /// Writes all bytes to an open file and, if `synchronized`, syncs it to disk.
    private static func fill(
        _ file: CInt, with parts: [UnsafeRawBufferPointer], synchronized: Bool = false
    ) -> CInt {
        for bytes in parts {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return errno
                }
            }
        }
        // Some file systems do not support fsync and report these errors.
        guard synchronized, fsync(file) != 0, errno != EINVAL, errno != ENOTSUP else { return 0 }
        return errno
    }
}
