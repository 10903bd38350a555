internal import Harmonization

extension HarmonizationError: Reportable {
    var report: ErrorReport {
        switch self {
        case .paintingTooSmall: data("use a larger painting")
        case .tooLarge(let size, _, _):
            ErrorReport(
                self,
                hint:
                    "work at a smaller size with --size \(max(size.width, size.height) / 2), or use a smaller --model",
                .resource)
        case .paintingValue, .placedSize: .bug(self)
        case .faintMask:
            data("the mask must be white (above 0.1) where the object is; or is --scale too small?")
        case .deadTap: data("check that the painting is not blank, or use another --model")
        case .otherCheckpoint(let differences):
            ErrorReport(
                "the checkpoint is of another job: not the same "
                    + differences.map { "--\($0.option)" }.joined(separator: ", "),
                hint: "give what it was made with, another --checkpoint, or delete it to begin anew",
                .data)
        case .unusableCheckpoint: data("delete it, to begin anew")
        case .cancelled: Interruption.error.report
        }
    }

    private func data(_ hint: String) -> ErrorReport { ErrorReport(self, hint: hint, .data) }
}

extension HarmonizationCheckpoint.Difference {
    /// The option that sets it.
    var option: String {
        switch self {
        case .painting: "painting"
        case .object: "object"
        case .mask: "mask"
        case .looseMask: "loose-mask"
        case .place: "at"
        case .model: "model"
        case .iterations: "iterations"
        case .styleLevel: "style-level"
        case .polish: "polish"
        case .keepColors: "keep-colors"
        case .matchColors: "match-colors"
        case .faithful: "faithful"
        case .optimizer: "optimizer"
        case .histogramRange: "histogram-range"
        case .contentWeight: "content-weight"
        case .styleWeight: "style-weight"
        case .histogramWeight: "histogram-weight"
        case .tvWeight: "tv-weight"
        case .size: "size"
        }
    }
}

extension CheckpointError: Reportable {
    var report: ErrorReport {
        switch self {
        case .missing: .missing(self)
        case .unreadable:
            ErrorReport(self, hint: "give a checkpoint that you may read", .noInput)
        case .unknownFormat:
            data("give --checkpoint the name of a file that is not there yet, or a checkpoint's")
        case .unsupportedVersion: data("go on with the harmonize that wrote it, or delete it to begin anew")
        case .damaged: data("delete it, to begin anew")
        case .cannotWrite: .cannotWrite(self)
        }
    }

    private func data(_ hint: String) -> ErrorReport { ErrorReport(self, hint: hint, .data) }
}
