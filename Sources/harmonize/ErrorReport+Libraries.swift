internal import Fetching
internal import Harmonization
internal import Imaging
internal import NeuralNet

extension HarmonizationError: Reportable {
    var report: ErrorReport {
        switch self {
        // The options are checked before.
        case .setting: report("see 'harmonize --help'", .usage)
        case .styleRegion: report("--style-region X,Y,W,H, in pixels of the painting", .usage)
        case .paintingTooSmall: report("use a larger painting")
        case .tooLarge(let size, _, _):
            report(
                "work at a smaller size with --size \(max(size.width, size.height) / 2), or use a smaller --model",
                .resource)
        case .paintingValue, .placedSize: .bug(self)
        case .faintMask: report("the mask must be white (above 0.1) where the object is; or is --scale too small?")
        case .deadTap: report("check that the painting is not blank, or use another --model")
        case .otherCheckpoint(let differences):
            ErrorReport(
                "the checkpoint is of another job: not the same "
                    + differences.map { "--\($0.option)" }.joined(separator: ", "),
                hint:
                    "give what it was made with (--scale, --rotate, --flip and --cut count as well), "
                    + "another --checkpoint, or delete it to begin anew")
        case .unusableCheckpoint: report("delete it, to begin anew")
        case .cancelled: Interruption.error.report
        }
    }
}

extension HarmonizationCheckpoint.Difference {
    /// The option that sets it.
    var option: String {
        switch self {
        case .painting, .object, .mask, .model, .iterations, .detail, .faithful, .optimizer, .size: rawValue
        case .looseMask: "loose-mask"
        case .place: "at"
        case .styleLevel: "style-level"
        case .styleRegion: "style-region"
        case .keepColors: "keep-colors"
        case .matchColors: "match-colors"
        case .histogramRange: "histogram-range"
        case .contentWeight: "content-weight"
        case .styleWeight: "style-weight"
        case .histogramWeight: "histogram-weight"
        case .tvWeight: "tv-weight"
        }
    }
}

extension CheckpointError: Reportable {
    var report: ErrorReport {
        switch self {
        case .file(.unreadable): report("give a checkpoint that you may read", .noInput)
        case .file(let error): error.report
        case .unknownFormat: report("give --checkpoint the name of a file that is not there yet, or a checkpoint's")
        case .unsupportedVersion: report("go on with the harmonize that wrote it, or delete it to begin anew")
        case .damaged: report("delete it, to begin anew")
        }
    }
}

extension ImageError: Reportable {
    var report: ErrorReport {
        switch self {
        case .file(.unreadable): report("give a picture file that you may read", .noInput)
        case .file(let error): error.report
        case .unknownFormat, .unsupported: report("convert it to PNG first")
        case .foreignFormat(_, let kind): report(kind.advice)
        case .damaged: report("fetch or export the picture again")
        case .tooLarge: report("scale the picture down first, or raise the limit with --max-pixels", .resource)
        }
    }
}

extension PlacementError: Reportable {
    var report: ErrorReport {
        switch self {
        case .maskSize(let mask, let object): report("the mask must have the object's size" + sizeHint(mask, object))
        case .looseMaskSize: report("the loose mask must have the object's or the painting's size")
        case .outside:
            report(
                "move it with --at X,Y, the top-left corner of its bounding box once rotated, "
                    + "or resize it with --scale",
                .usage)
        case .emptyMask: report("the mask is white where the object is; check it, and --at")
        case .emptyLooseMask: report("the loose mask is white where pixels may change")
        case .tooLarge: report("use a smaller --scale", .usage)
        }
    }
}

/// What may have happened to a mask of another size than its object; empty where that cannot be told.
private func sizeHint(_ mask: Size, _ object: Size) -> String {
    if mask == Size(width: object.height, height: object.width) {
        return "; one of the two was turned: export both from the same picture, upright"
    }
    let height = Double(mask.width * object.height) / Double(object.width)
    return abs(height - Double(mask.height)) <= 0.5 ? "; scale it to \(object)" : ""
}

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

extension FetchError: Reportable {
    var report: ErrorReport {
        let copy = "give the address of a copy with --url", again = "run the same command again"
        return switch self {
        case .transfer(_, let failure) where failure.kind == .unreachable:
            network(
                "check the network and https_proxy; "
                    + "or fetch the file on another machine and run 'harmonize model import'")
        case .transfer(_, let failure) where failure.kind == .untrusted:
            network("check the clock, the certificates (package ca-certificates) and https_proxy")
        case .transfer: network("\(again): what has come is kept")
        case .status(_, 404), .status(_, 410), .wrongAnswer: network(copy)
        case .status(_, 401), .status(_, 403), .status(_, 407): network("try another network, or \(copy)")
        case .status: network("\(again) later, or \(copy)")
        case .changing: network("\(again) later")
        case .notTheModel: report("if your network asks you to log in first, do so; or \(copy)")
        case .busy: network("wait for it to end")
        case .notFetched(let model): report("run 'harmonize model fetch \(model.rawValue)'", .noInput)
        case .noDataFolder: report("set XDG_DATA_HOME to a folder of yours", .cannotWrite)
        }
    }

    private func network(_ hint: String) -> ErrorReport { report(hint, .resource) }
}
