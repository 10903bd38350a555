/// What can go wrong between a picture and its file. The command words it for people.
public enum ImageError: Error, Equatable, Sendable {
    /// There is no file at `path`.
    case missing(path: String)

    /// The file at `path` could not be read; `reason` is the system's or the codec's.
    case unreadable(path: String, reason: String)

    /// The file at `path` is neither a PNG nor a JPEG, whatever its name says.
    case unknownFormat(path: String)

    /// The file at `path` begins as a picture in `format` but is cut short or corrupt; `reason` is the codec's.
    case damaged(path: String, format: ImageFormat, reason: String)

    /// The file at `path` is a kind of `format` that is not read, such as a lossless JPEG; `reason` is the codec's.
    case unsupported(path: String, format: ImageFormat, reason: String)

    /// The picture at `path`, of the given size, has more than `maxPixels` pixels.
    case tooLarge(path: String, size: Size, maxPixels: Int)

    /// The picture could not be encoded, or its file not written at `path`; `reason` is the system's or the codec's.
    case cannotWrite(path: String, reason: String)
}
