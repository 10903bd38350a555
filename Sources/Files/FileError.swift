internal import Foundation

/// Why a file cannot be read or written. `path` is the file as the caller named it.
public enum FileError: Error, Equatable, Sendable {
    /// There is no file at `path`.
    case missing(path: FilePath)

    /// The file is there and cannot be read; `reason` is the system's.
    case unreadable(path: FilePath, reason: String)

    /// The file cannot be written; `reason` is the system's, or that of what makes the contents.
    case cannotWrite(path: FilePath, reason: String)

    /// Another process has the file locked.
    case busy(path: FilePath)
}

extension FileError {
    /// Why reading failed, by what the system said.
    init(reading path: FilePath, _ error: any Error) {
        self =
            switch error {
            case Errno.noSuchFileOrDirectory, Errno.notDirectory: .missing(path: path)
            default: .unreadable(path: path, reason: "\(error)")
            }
    }

    /// Why writing failed, by what the system said, where that is not known already.
    init(writing path: FilePath, _ error: any Error) {
        self = error as? FileError ?? .cannotWrite(path: path, reason: "\(error)")
    }
}

/// The errors of a kind of file, one of which is that the file itself cannot be read or written.
package protocol FileErrorWrapper: Error {
    static func file(_ error: FileError) -> Self
}

extension FileErrorWrapper {
    /// Runs `body`; a file's error becomes one of this kind.
    package static func wrapping<Value>(_ body: () throws(FileError) -> Value) throws(Self) -> Value {
        do { return try body() } catch { throw .file(error) }
    }
}

extension FilePermissions {
    /// Those of a new file, before the umask takes some away: 0666.
    static let usual: FilePermissions = [.ownerReadWrite, .groupReadWrite, .otherReadWrite]
}

extension Errno {
    /// Throws the reason of a system call that failed: its result is negative.
    static func check(_ result: CInt) throws(Errno) {
        if result < 0 { throw Errno(rawValue: errno) }
    }
}
