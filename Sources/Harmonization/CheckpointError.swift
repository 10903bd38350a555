/// What is wrong with a checkpoint's file. `path` is the file as the caller named it.
public enum CheckpointError: Error, Equatable, Sendable {
    /// There is no file at `path`.
    case missing(path: String)
    /// The file is there and cannot be read; `reason` is the system's.
    case unreadable(path: String, reason: String)
    /// The file is something else.
    case unknownFormat(path: String)
    /// A checkpoint of another version than ``HarmonizationCheckpoint/fileVersion``.
    case unsupportedVersion(path: String, version: String)
    /// The bytes are not those that were written.
    case damaged(path: String)
    /// The file cannot be written; `reason` is the system's.
    case cannotWrite(path: String, reason: String)
}

extension CheckpointError: CustomStringConvertible {
    /// What is wrong, and where: a line for people.
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
