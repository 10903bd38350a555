public import Files

/// What is wrong with a file of weights. `path` is the file as the caller named it.
public enum WeightsError: Error, Equatable, Sendable {
    /// The file cannot be read or written.
    case file(FileError)

    /// Neither a raw weights file nor a header-less dump of VGG16, which has 58,858,752 or 553,430,176 bytes.
    case unknownFormat(path: FilePath, byteCount: Int)

    /// A safetensors file where a raw weights file is wanted: it has to be imported first.
    case notImported(path: FilePath)

    /// A raw weights file where a safetensors file is wanted: nothing needs to be imported.
    case alreadyImported(path: FilePath)

    /// Not a safetensors file, where one is wanted.
    case notSafeTensors(path: FilePath)

    /// The file ends early: it has `actual` bytes and its header asks for `expected` at least.
    case truncated(path: FilePath, expected: Int, actual: Int)

    /// A raw weights file of another version than 1.
    case unsupportedVersion(path: FilePath, version: Int)

    /// The bytes are not those that were written.
    case checksum(path: FilePath)

    /// The file breaks its format's rules in the way that `reason` says.
    case malformed(path: FilePath, reason: String)

    /// The header claims `count` layers; VGG16 has 13 and VGG19 16.
    case layerCount(path: FilePath, count: Int)

    /// The data of `layer` lies outside the part of the file that holds data.
    case outOfRange(path: FilePath, layer: String)

    /// The data of `layer` shares bytes with another layer's.
    case overlap(path: FilePath, layer: String)

    /// The mean or the std is not three finite numbers, or a std is not positive.
    case normalization(path: FilePath, mean: [Float], std: [Float])

    /// A layer, or a tensor of a safetensors file, has another shape than the network needs.
    case shape(path: FilePath, layer: String, expected: [Int], actual: [Int])

    /// A layer holds NaN or infinity.
    case notFinite(path: FilePath, layer: String)

    /// A layer is not there, or not in its place.
    case missingLayer(path: FilePath, layer: String)

    /// A safetensors file lacks a tensor.
    case missingTensor(path: FilePath, name: String)

    /// A tensor's elements are of a type that is not read, such as `I64`.
    case unsupportedType(path: FilePath, tensor: String, type: String)
}

extension WeightsError: CustomStringConvertible {
    /// What is wrong, and where: a line for people.
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
