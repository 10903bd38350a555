internal import Imaging

extension ImageError: Reportable {
    var report: ErrorReport {
        switch self {
        case .missing: .missing(self)
        case .unreadable: ErrorReport(self, hint: "give a PNG or JPEG file you may read", .noInput)
        case .unknownFormat, .unsupported:
            ErrorReport(self, hint: "convert it to PNG first", .data)
        case .damaged: ErrorReport(self, hint: "fetch or export the picture again", .data)
        case .tooLarge:
            ErrorReport(
                self, hint: "scale the picture down first, or raise the limit with --max-pixels",
                .resource)
        case .cannotWrite: .cannotWrite(self)
        }
    }
}

extension AtomicFile.Failure: Reportable {
    var report: ErrorReport { .cannotWrite(self) }
}

extension PlacementError: Reportable {
    var report: ErrorReport {
        switch self {
        case .maskSize:
            ErrorReport(self, hint: "the mask must have the object's size", .data)
        case .looseMaskSize:
            ErrorReport(
                self, hint: "the loose mask must have the object's or the painting's size", .data)
        case .outside:
            ErrorReport(self, hint: "move it with --at X,Y or resize it with --scale", .usage)
        case .emptyMask:
            ErrorReport(
                self, hint: "the mask is white where the object is; check it, and --at", .data)
        case .emptyLooseMask:
            ErrorReport(self, hint: "the loose mask is white where pixels may change", .data)
        case .tooLarge: ErrorReport(self, hint: "use a smaller --scale", .usage)
        }
    }
}
