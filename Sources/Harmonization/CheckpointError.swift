/// An error of reading or writing a checkpoint's file. `path` is the path that the caller gave.
public enum CheckpointError: Error, Equatable, Sendable {
    /// There is no file at `path`.
    case missing(path: String)
    /// The file exists but cannot be read; `reason` is the system's message.
    case unreadable(path: String, reason: String)
    /// The file is not a checkpoint.
    case unknownFormat(path: String)
    /// A checkpoint of another version than ``HarmonizationCheckpoint/fileVersion``.
    case unsupportedVersion(path: String, version: String)
    /// The checksum or the structure of the file is wrong.
    case damaged(path: String)
    /// The file cannot be written; `reason` is the system's message.
    case cannotWrite(path: String, reason: String)
}

extension CheckpointError: CustomStringConvertible {
    /// A one-line message with the path.
    public var description: String {
        switch self {
        case .missing(let path): "\(path) does not exist"
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .unknownFormat(let path): "\(path) is no checkpoint"
        case .unsupportedVersion(let path, let version):
            "\(path) is a checkpoint of version \(version), and \(HarmonizationCheckpoint.fileVersion) is what is read"
        case .damaged(let path): "\(path) is a damaged checkpoint"
        case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
        }
    }
}
