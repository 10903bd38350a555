internal import Files
internal import Imaging
internal import NeuralNet

/// What went wrong, in words.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    /// The words for an error of the library's.
    init(_ error: any Error) {
        description =
            switch error {
            case ImageError.file(let error), WeightsError.file(let error): Failure(error).description
            case FileError.missing(let path): "\(path) does not exist"
            case FileError.unreadable(let path, let reason): "cannot read \(path): \(reason)"
            case FileError.cannotWrite(let path, let reason): "cannot write \(path): \(reason)"
            case ImageError.unknownFormat(let path): "\(path) is neither a PNG nor a JPEG"
            case ImageError.damaged(let path, _, let reason), ImageError.unsupported(let path, _, let reason):
                "\(path) cannot be used: \(reason)"
            case ImageError.tooLarge(let path, let size, _): "\(path) is too large: \(size.width)×\(size.height)"
            case WeightsError.checksum(let path), WeightsError.truncated(let path, _, _): "\(path) is damaged"
            default: "\(error)"
            }
    }
}
