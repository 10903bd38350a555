public import Files

/// A failure to read or write a picture file.
public enum ImageError: Error, Equatable, Sendable {
    /// The file could not be read, encoded or written, or there was not enough memory to decode it.
    case file(FileError)

    /// The file at `path` has the signature of none of the formats that are read, whatever its name.
    case unknownFormat(path: FilePath)

    /// The file at `path` is of a known kind that is not read.
    case foreignFormat(path: FilePath, kind: ForeignFormat)

    /// The file at `path` has the signature of `format` but is truncated or corrupt; `reason` is the codec's.
    case damaged(path: FilePath, format: ImageFormat, reason: String)

    /// The file at `path` uses an unsupported feature of `format`, such as lossless JPEG; `reason` is the codec's.
    case unsupported(path: FilePath, format: ImageFormat, reason: String)

    /// The picture at `path`, of the given size, has more than `maxPixels` pixels.
    case tooLarge(path: FilePath, size: Size, maxPixels: Int)
}

extension ImageError: CustomStringConvertible {
    /// A one-line message.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .unknownFormat(let path): "\(path) is none of PNG, JPEG, TIFF, WebP, HEIC and AVIF"
        case .foreignFormat(let path, let kind): "\(path) is \(kind.name), which is not read"
        case .damaged(let path, let format, let reason): "\(path) is a damaged \(format.name): \(reason)"
        case .unsupported(let path, let format, let reason):
            "\(path) is a kind of \(format.name) that is not read: \(reason)"
        case .tooLarge(let path, let size, let limit): "\(path) is \(size) pixels, more than the limit of \(limit)"
        }
    }
}

/// A failure to encode a picture, such as a JPEG of more than 65 500 pixels a side.
public struct EncodingFailure: Error, Equatable, Sendable {
    /// The format asked for.
    public let format: ImageFormat

    /// The codec's reason.
    public let reason: String
}
