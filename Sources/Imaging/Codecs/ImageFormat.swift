public import Files

/// A file format for pictures.
public enum ImageFormat: String, CaseIterable, Sendable {
    /// PNG: nothing is lost.
    case png

    /// JPEG: smaller, and close.
    case jpeg

    /// The format that a file's leading bytes announce; nil when it is neither.
    public init?(recognizing bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else {
            return nil
        }
    }

    /// The format to write at `path`: JPEG when it ends in `.jpg` or `.jpeg`, in any case, and PNG otherwise.
    public init(forWritingTo path: FilePath) { self = ["jpg", "jpeg"].contains(path.ending) ? .jpeg : .png }
}
