internal import ArgumentParser
internal import Cutting
internal import Files
internal import Imaging
internal import Studio

/// What is known of an object that is to be cut out of its photograph.
struct CutOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The box that holds the object, in the photograph's pixels. Default: the middle nine tenths.",
            valueName: "x,y,w,h", visibility: .cutting))
    var box: Region?
    @Option(
        help: ArgumentHelp(
            "Strokes on what surely belongs to the object: white on black, of the photograph's size.",
            valueName: "file", visibility: .cutting),
        completion: .picture)
    var keep: FilePath?
    @Option(
        help: ArgumentHelp(
            "Strokes on what surely does not belong to the object, likewise.", valueName: "file", visibility: .cutting),
        completion: .picture)
    var drop: FilePath?

    func validate() throws {
        for (name, path) in files where path == "" { throw ValidationError("--\(name) needs the name of a file") }
        try StandardInput.check(files)
    }

    /// The paths by option.
    var files: [(option: String, path: FilePath?)] { [("keep", keep), ("drop", drop)] }

    /// The options that are given.
    var given: [String] { (box == nil ? [] : ["box"]) + files.filter { $0.path != nil }.map(\.option) }

    /// Cuts the object out of `photograph`, by the strokes of a drawing where there is one. Adds a result that looks
    /// wrong to `warnings`.
    func cut(
        _ photograph: Picture, drawing: Drawing? = nil, maxPixels: Int, _ warnings: Warnings
    ) throws -> (object: Picture, bounds: Region?) {
        let photograph = photograph.opaque, drawn = drawing?.masks
        func mask(_ path: FilePath?) throws -> Mask? {
            try path.map { try MaskFile($0, .strokes).read(of: [photograph], maxPixels: maxPixels, warnings) }
        }
        let (keep, drop) = try drawn ?? (mask(keep), mask(drop))
        let cutout = try ObjectCut(box: box, keep: keep, drop: drop).cut(photograph.image)
        warnings.add(cutout.warning.map { Warnings.Warning($0) })
        return (photograph.cutOut(cutout.colors, alpha: cutout.alpha), cutout.bounds)
    }
}

extension CutError: Reportable {
    var report: ErrorReport {
        switch self {
        case .box: report("give --box X,Y,W,H in the photograph's pixels, all of it inside", .usage)
        case .maskSize(let kind, _, _): report("--\(kind.rawValue) takes a mask of the photograph's size")
        case .contradiction: report("paint a pixel white in one of --keep and --drop only")
        case .failed: .bug(self)
        case .outOfMemory: report("scale the photograph down first", .resource)
        }
    }
}
