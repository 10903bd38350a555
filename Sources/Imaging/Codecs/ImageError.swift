/// A failure to read or write a picture file.
public enum ImageError: Error, Equatable, Sendable {
    /// There is no file at `path`.
    case missing(path: String)

    /// The file at `path` could not be read, with the system's or the codec's reason.
    case unreadable(path: String, reason: String)

    /// The file at `path` has neither a PNG's nor a JPEG's signature, whatever its name.
    case unknownFormat(path: String)

    /// The file at `path` has the signature of `format` but is truncated or corrupt; `reason` is the codec's.
    case damaged(path: String, format: ImageFormat, reason: String)

    /// The file at `path` uses an unsupported feature of `format`, such as lossless JPEG; `reason` is the codec's.
    case unsupported(path: String, format: ImageFormat, reason: String)

    /// The picture at `path`, of the given size, has more than `maxPixels` pixels.
    case tooLarge(path: String, size: Size, maxPixels: Int)

    /// The picture could not be encoded or written at `path`; `reason` is the system's or the codec's.
    case cannotWrite(path: String, reason: String)
}

extension ImageError: CustomStringConvertible {
    /// A one-line message.
    public var description: String {
        switch self {
        case .missing(let path): "\(path) does not exist"
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .unknownFormat(let path): "\(path) is neither a PNG nor a JPEG"
        case .damaged(let path, let format, let reason): "\(path) is a damaged \(format.name): \(reason)"
        case .unsupported(let path, let format, let reason):
            "\(path) is a kind of \(format.name) that is not read: \(reason)"
        case .tooLarge(let path, let size, let limit): "\(path) is \(size) pixels, more than the limit of \(limit)"
        case .cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
        }
    }
}

extension ImageFormat {
    fileprivate var name: String { rawValue.uppercased() }
}

/// A failure to encode a picture, such as a JPEG of more than 65 500 pixels a side.
public struct EncodingFailure: Error, Equatable, Sendable {
    /// The format asked for.
    public let format: ImageFormat

    /// The codec's reason.
    public let reason: String
}
