public import Files

/// What is wrong with a checkpoint's file. `path` is the file as the caller named it.
public enum CheckpointError: Error, Equatable, Sendable {
    /// The file cannot be read or written.
    case file(FileError)
    /// The file is something else.
    case unknownFormat(path: FilePath)
    /// A checkpoint of another version than 1.
    case unsupportedVersion(path: FilePath, version: String)
    /// The bytes are not those that were written.
    case damaged(path: FilePath)
}

extension CheckpointError: FileErrorWrapper {}
