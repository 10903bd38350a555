internal import Imaging

extension ImageError: Reportable {
    var report: ErrorReport {
        switch self {
        case .file(.unreadable): report("give a PNG or JPEG file you may read", .noInput)
        case .file(let error): error.report
        case .unknownFormat, .unsupported: report("convert it to PNG first")
        case .damaged: report("fetch or export the picture again")
        case .tooLarge: report("scale the picture down first, or raise the limit with --max-pixels", .resource)
        }
    }
}

extension PlacementError: Reportable {
    var report: ErrorReport {
        switch self {
        case .maskSize: report("the mask must have the object's size")
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
