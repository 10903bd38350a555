internal import Harmonization

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
