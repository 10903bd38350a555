public import Files

/// An error of reading or writing a checkpoint's file. `path` is the path that the caller gave.
public enum CheckpointError: Error, Equatable, Sendable {
    /// The file cannot be read or written.
    case file(FileError)
    /// The file is not a checkpoint.
    case unknownFormat(path: FilePath)
    /// A checkpoint of another version than ``HarmonizationCheckpoint/fileVersion``.
    case unsupportedVersion(path: FilePath, version: String)
    /// The checksum or the structure of the file is wrong.
    case damaged(path: FilePath)
}

extension CheckpointError: CustomStringConvertible {
    /// A one-line message with the path.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .unknownFormat(let path): "\(path) is no checkpoint"
        case .unsupportedVersion(let path, let version):
            "\(path) is a checkpoint of version \(version), and \(HarmonizationCheckpoint.fileVersion) is what is read"
        case .damaged(let path): "\(path) is a damaged checkpoint"
        }
    }
}
