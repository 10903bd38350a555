internal import NeuralNet

extension WeightsError: Reportable {
    var report: ErrorReport {
        switch self {
        case .missing: .missing(self)
        case .unreadable: ErrorReport(self, hint: "give a file you may read", .noInput)
        case .cannotWrite: .cannotWrite(self)
        case .unknownFormat:
            data("give a file from 'harmonize model import', or a raw dump of VGG16 (58858752 or 553430176 bytes)")
        case .notImported(let path): data("run 'harmonize model import \(path) OUT.bin' and give OUT.bin")
        case .alreadyImported: data("give it to --model")
        case .notSafeTensors: data("fetch VGG16's weights as safetensors")
        case .unsupportedVersion: data("update harmonize")
        case .truncated, .checksum, .malformed, .outOfRange, .overlap, .normalization, .notFinite:
            data("fetch or import the weights again")
        case .layerCount: data("VGG16 has 13 convolutions and VGG19 16")
        case .shape, .missingLayer: data("only VGG16-shaped networks can be used")
        case .missingTensor: data("only VGG16 and VGG19, with or without batch normalisation, can be used")
        case .unsupportedType: data("save the weights as F32")
        }
    }

    private func data(_ hint: String) -> ErrorReport { ErrorReport(self, hint: hint, .data) }
}
