public import Files

/// An error in reading or writing a weights file. `path` is the path that the caller gave.
public enum WeightsError: Error, Equatable, Sendable {
    /// The file cannot be read or written.
    case file(FileError)

    /// Neither a raw weights file nor a header-less dump of VGG16, which has 58,858,752 or 553,430,176 bytes.
    case unknownFormat(path: FilePath, byteCount: Int)

    /// A safetensors file instead of a raw weights file: it has to be imported first.
    case notImported(path: FilePath)

    /// A raw weights file instead of a safetensors file: no import is needed.
    case alreadyImported(path: FilePath)

    /// Another file instead of a safetensors file.
    case notSafeTensors(path: FilePath)

    /// The file has `actual` bytes, fewer than the `expected` that its header states.
    case truncated(path: FilePath, expected: Int, actual: Int)

    /// A raw weights file of a version other than 1.
    case unsupportedVersion(path: FilePath, version: Int)

    /// The checksum does not match.
    case checksum(path: FilePath)

    /// The file violates its format, in the way that `reason` states.
    case malformed(path: FilePath, reason: String)

    /// The header states `count` layers, more than the network has: VGG16 has 13 and VGG19 16.
    case layerCount(path: FilePath, count: Int)

    /// The data of `layer` lies outside the data part of the file.
    case outOfRange(path: FilePath, layer: String)

    /// The data of `layer` overlaps that of another layer.
    case overlap(path: FilePath, layer: String)

    /// The mean or the std is not three finite numbers, or a std is not positive.
    case normalization(path: FilePath, mean: [Float], std: [Float])

    /// A layer, or a tensor of a safetensors file, does not have the shape that the network requires.
    case shape(path: FilePath, layer: String, expected: [Int], actual: [Int])

    /// A layer holds NaN or infinity.
    case notFinite(path: FilePath, layer: String)

    /// A layer is missing or out of order.
    case missingLayer(path: FilePath, layer: String)

    /// A safetensors file lacks a tensor.
    case missingTensor(path: FilePath, name: String)

    /// A tensor has elements of an unsupported type, such as `I64`.
    case unsupportedType(path: FilePath, tensor: String, type: String)
}

extension WeightsError: CustomStringConvertible {
    /// The error in one line, with the path.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .unknownFormat(let path, let count): "\(path) holds no weights that harmonize knows (\(count) bytes)"
        case .notImported(let path): "\(path) is a safetensors file"
        case .alreadyImported(let path): "\(path) is imported already"
        case .notSafeTensors(let path): "\(path) is not a safetensors file"
        case .truncated(let path, let expected, let actual):
            "\(path) is cut short: \(actual) bytes of \(expected)"
        case .unsupportedVersion(let path, let version):
            "\(path) is of version \(version) of the format; this program reads 1"
        case .checksum(let path): "\(path) is damaged: its checksum does not match"
        case .malformed(let path, let reason): "\(path) is damaged: \(reason)"
        case .layerCount(let path, let count): "\(path) claims \(count) layers"
        case .outOfRange(let path, let layer): "\(path) is damaged: \(layer) lies outside the file's data"
        case .overlap(let path, let layer): "\(path) is damaged: \(layer) overlaps another layer"
        case .normalization(let path, let mean, let std): "\(path) has a mean of \(mean) and a std of \(std)"
        case .shape(let path, let layer, let expected, let actual):
            "\(path): \(layer) is \(Self.text(actual)), not \(Self.text(expected))"
        case .notFinite(let path, let layer): "\(path): \(layer) holds values that are not finite"
        case .missingLayer(let path, let layer): "\(path) lacks \(layer)"
        case .missingTensor(let path, let name): "\(path) lacks the tensor \(name)"
        case .unsupportedType(let path, let tensor, let type): "\(path): \(tensor) is of type \(type)"
        }
    }

    private static func text(_ shape: [Int]) -> String { shape.map(\.description).joined(separator: "×") }
}
