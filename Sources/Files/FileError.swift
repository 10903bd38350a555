/// An error of reading or writing a file. `path` is the path that the caller gave.
public enum FileError: Error, Equatable, Sendable {
    /// There is no file at `path`.
    case missing(path: FilePath)
    /// The file exists but cannot be read; `reason` is the system's message.
    case unreadable(path: FilePath, reason: String)
    /// The file cannot be written; `reason` is the message of the system, or of what makes the contents.
    case cannotWrite(path: FilePath, reason: String)
    /// Another process has locked the file.
    case busy(path: FilePath)
}

extension FileError: CustomStringConvertible {
    /// A one-line message with the path.
    public var description: String {
        switch self {
        case .missing(let path): "\(path) does not exist"
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
        case .busy(let path): "another harmonize has \(path) open"
        }
    }
}

extension FileError {
    /// The error for a failed read.
    init(reading path: FilePath, _ error: any Error) {
        self =
            switch error {
            case Errno.noSuchFileOrDirectory, Errno.notDirectory: .missing(path: path)
            default: .unreadable(path: path, reason: "\(error)")
            }
    }

    /// The error for a failed write: `error` itself if it is a ``FileError``.
    init(writing path: FilePath, _ error: any Error) {
        self = error as? FileError ?? .cannotWrite(path: path, reason: "\(error)")
    }
}

extension FilePermissions {
    /// The permissions of a new file before the umask applies: 0666.
    static let usual: FilePermissions = [.ownerReadWrite, .groupReadWrite, .otherReadWrite]
}
