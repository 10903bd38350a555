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
