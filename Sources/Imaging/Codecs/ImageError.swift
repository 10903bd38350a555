public import Files

/// What can go wrong between a picture and its file. The command words it for people.
public enum ImageError: Error, Equatable, Sendable {
    /// The file could not be read, decoded for want of memory, encoded or written.
    case file(FileError)

    /// The file at `path` is neither a PNG nor a JPEG, whatever its name says.
    case unknownFormat(path: FilePath)

    /// The file at `path` begins as a picture in `format` but is cut short or corrupt; `reason` is the codec's.
    case damaged(path: FilePath, format: ImageFormat, reason: String)

    /// The file at `path` is a kind of `format` that is not read, such as a lossless JPEG; `reason` is the codec's.
    case unsupported(path: FilePath, format: ImageFormat, reason: String)

    /// The picture at `path`, of the given size, has more than `maxPixels` pixels.
    case tooLarge(path: FilePath, size: Size, maxPixels: Int)
}

extension ImageError: FileErrorWrapper {}
