internal import Files
internal import NeuralNet

extension ErrorReport {
    /// What is wrong with a file of weights.
    static func report(_ error: WeightsError) -> Self {
        let again = "fetch or import the weights again"
        switch error {
        case .file(let error): return report(error)
        case .unknownFormat(let path, let count):
            return Self(
                "\(path) holds no weights that harmonize knows (\(count) bytes)",
                hint: "give a file from 'harmonize model import', or a raw dump of VGG16 (58858752 or 553430176 bytes)",
                Code.data)
        case .notImported(let path):
            return Self(
                "\(path) is a safetensors file", hint: "run 'harmonize model import \(path) OUT.bin' and give OUT.bin",
                Code.data)
        case .alreadyImported(let path):
            return Self("\(path) is imported already", hint: "give it to --model", Code.data)
        case .notSafeTensors(let path):
            return Self("\(path) is not a safetensors file", hint: "fetch VGG16's weights as safetensors", Code.data)
        case .truncated(let path, let expected, let actual):
            return Self("\(path) is cut short: \(actual) bytes of \(expected)", hint: again, Code.data)
        case .unsupportedVersion(let path, let version):
            return Self(
                "\(path) is of version \(version) of the format; this program reads 1", hint: "update harmonize",
                Code.data)
        case .checksum(let path):
            return Self("\(path) is damaged: its checksum does not match", hint: again, Code.data)
        case .malformed(let path, let reason): return Self("\(path) is damaged: \(reason)", hint: again, Code.data)
        case .layerCount(let path, let count):
            return Self("\(path) claims \(count) layers", hint: "VGG16 has 13 convolutions and VGG19 16", Code.data)
        case .outOfRange(let path, let layer):
            return Self("\(path) is damaged: \(layer) lies outside the file's data", hint: again, Code.data)
        case .overlap(let path, let layer):
            return Self("\(path) is damaged: \(layer) overlaps another layer", hint: again, Code.data)
        case .normalization(let path, let mean, let std):
            return Self("\(path) has a mean of \(mean) and a std of \(std)", hint: again, Code.data)
        case .shape(let path, let layer, let expected, let actual):
            return Self(
                "\(path): \(layer) is \(shape(actual)), not \(shape(expected))",
                hint: "only VGG16-shaped networks can be used", Code.data)
        case .notFinite(let path, let layer):
            return Self("\(path): \(layer) holds values that are not finite", hint: again, Code.data)
        case .missingLayer(let path, let layer):
            return Self(
                "\(path) lacks \(layer)", hint: "only VGG16-shaped networks can be used", Code.data)
        case .missingTensor(let path, let name):
            return Self(
                "\(path) lacks the tensor \(name)",
                hint: "only VGG16 and VGG19, with or without batch normalisation, can be used",
                Code.data)
        case .unsupportedType(let path, let tensor, let type):
            return Self("\(path): \(tensor) is of type \(type)", hint: "save the weights as F32", Code.data)
        }
    }

    private static func shape(_ extents: [Int]) -> String { extents.map(\.description).joined(separator: "×") }
}
