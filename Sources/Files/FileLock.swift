internal import Foundation

/// Exclusive advisory locks on files (`flock`).
///
/// A lock belongs to the open file description, which child processes share that inherit it: it lasts until the last of
/// them ends, in whatever way. The system then releases it, also for other machines over NFS.
package enum FileLock {
    package enum Mode: Sendable {
        /// Waits for the lock.
        case waiting
        /// Throws ``Busy`` if the lock is taken.
        case immediate
    }

    /// Another process holds the lock.
    package struct Busy: Error {}

    /// Opens the file at `path` for reading and writing, with further flags of `open(2)`, and locks it; creates it if
    /// missing. The caller closes the descriptor, which releases the lock.
    ///
    /// Throws ``FileError``, or ``Busy``.
    package static func open(_ path: String, flags: CInt = 0, _ mode: Mode) throws -> CInt {
        while true {
            let file = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC | flags, 0o666)
            guard file >= 0 else { throw FileError(path: path, code: errno) }
            do {
                try lock(file, path, mode)
            } catch {
                close(file)
                throw error
            }
            // The previous owner may have removed the file before it was locked: the path is then free, or another
            // file's.
            var (mine, named) = (stat(), stat())
            if fstat(file, &mine) == 0, stat(path, &named) == 0, mine.st_ino == named.st_ino,
                mine.st_dev == named.st_dev
            {
                return file
            }
            close(file)
        }
    }

    private static func lock(_ file: CInt, _ path: String, _ mode: Mode) throws {
        while flock(file, mode == .waiting ? LOCK_EX : LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: throw Busy()
            default:
                throw FileError(
                    path: path, reason: "the file system has no locks (\(String(cString: strerror(errno))))")
            }
        }
    }
}
