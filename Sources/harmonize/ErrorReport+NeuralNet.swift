internal import NeuralNet

extension WeightsError: Reportable {
    var report: ErrorReport {
        switch self {
        case .file(let error): error.report
        case .unknownFormat:
            report("give a file from 'harmonize model import', or a raw dump of VGG16 (58858752 or 553430176 bytes)")
        case .notImported(let path): report("run 'harmonize model import \(path) OUT.bin' and give OUT.bin")
        case .alreadyImported: report("give it to --model")
        case .notSafeTensors: report("fetch VGG16's weights as safetensors")
        case .unsupportedVersion: report("update harmonize")
        case .truncated, .checksum, .malformed, .outOfRange, .overlap, .normalization, .notFinite:
            report("fetch or import the weights again")
        case .layerCount: report("VGG16 has 13 convolutions and VGG19 16")
        case .shape, .missingLayer: report("only VGG16-shaped networks can be used")
        case .missingTensor: report("only VGG16 and VGG19, with or without batch normalisation, can be used")
        case .unsupportedType: report("save the weights as F32")
        }
    }
}
