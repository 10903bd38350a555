public import ArgumentParser
internal import Cutting
public import Files
public import Imaging

/// The options of the pictures and the object's placement.
struct PictureOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The painting.", valueName: "file"), completion: .picture) var painting: FilePath?
    @Option(
        help: ArgumentHelp("The photographed object, of any size.", valueName: "file"),
        completion: .picture)
    var object: FilePath?
    @Option(
        help: ArgumentHelp(
            "Its shape, white on black. Default: its alpha.",
            valueName: "file"),
        completion: .picture)
    var mask: FilePath?
    @Option(
        help: ArgumentHelp(
            "Where pixels may change: white; of the painting's or the object's size. Default: made from the mask.",
            valueName: "file", visibility: .expert),
        completion: .picture)
    var looseMask: FilePath?
    @Flag(help: "Cut the object out of its photograph first.") var cut = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Place of the object's top-left corner in the painting; may lie outside. Default: centred.",
            valueName: "x,y"))
    var at: Point?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Painting's pixels for each of its own.", valueName: "factor"))
    var scale: Double = 1
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Turn the object counter-clockwise.", valueName: "degrees"))
    var rotate: Double = 0
    @Flag(help: "Mirror the object, left to right, before that.") var flip = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Refuse pictures with more pixels, before any memory is taken; M stands for a million. Default: 400M.",
            valueName: "n", visibility: .expert))
    var maxPixels: PixelCount?

    func validate() throws {
        let files = [("painting", painting), ("object", object), ("mask", mask), ("loose-mask", looseMask)]
        for (name, path) in files where path == "" { throw ValidationError("--\(name) needs the name of a file") }
        try StandardInput.check(files)
        guard scale.isFinite, scale > 0 else { throw ValidationError("--scale must be above 0, got \(scale)") }
        guard rotate.isFinite else { throw ValidationError("--rotate takes a number of degrees, got \(rotate)") }
        if let maxPixels, maxPixels.value < 1 {
            throw ValidationError("--max-pixels starts at 1, got \(maxPixels.value)")
        }
    }

    /// The files; throws where the painting or the object is not given, or options contradict each other.
    func required(_ hints: CutOptions) throws -> PictureFiles {
        guard let painting else { throw ValidationError("Missing expected argument '--painting <file>'") }
        guard let object else { throw ValidationError("Missing expected argument '--object <file>'") }
        guard !cut || mask == nil else { throw ValidationError("--cut and --mask exclude each other") }
        if !cut, let option = hints.given.first { throw ValidationError("--\(option) has no meaning without --cut") }
        let files = PictureFiles(
            painting: painting, object: object, mask: mask, looseMask: looseMask, cut: cut ? hints : nil,
            placement: Placement(at: at, scale: scale, rotation: rotate, isMirrored: flip),
            maxPixels: limit)
        try StandardInput.check(files.all)
        return files
    }

    /// The maximum number of pixels of a picture.
    var limit: Int { maxPixels?.value ?? Picture.defaultMaxPixels }
}

/// The pictures of one job, by path.
struct PictureFiles {
    let painting, object: FilePath
    let mask, looseMask: FilePath?
    /// What is known of an object that is to be cut out; nil where none is.
    let cut: CutOptions?
    let placement: Placement
    /// The maximum number of pixels of each.
    let maxPixels: Int

    /// The paths by option.
    fileprivate var all: [(option: String, path: FilePath?)] {
        [("painting", painting), ("object", object), ("mask", mask), ("loose-mask", looseMask)] + (cut?.files ?? [])
    }

    /// The paths by option, without a picture from standard input.
    var inputs: [(option: String, path: FilePath)] {
        all.compactMap {
            guard let path = $1, path != StandardInput.argument else { return nil }
            return ($0, path)
        }
    }

    /// Decodes the pictures, the painting composited over white, and places the object in the painting.
    ///
    /// Adds suspicious masks and cuts and unusable colour profiles to `warnings`.
    func read(_ warnings: Warnings) throws -> (painting: Picture, object: PlacedObject) {
        func mask(_ path: FilePath?, _ role: MaskFile.Role, of pictures: [Picture]) throws -> Mask? {
            try path.map { try MaskFile($0, role).read(of: pictures, maxPixels: maxPixels, warnings) }
        }
        let painting = try read(painting, warnings).opaque
        var object = try read(object, warnings)
        if let cut { object = try cut.cut(object, maxPixels: maxPixels, warnings).object }
        guard
            let tight = try mask(self.mask, .object, of: [object]) ?? object.alpha
        else {
            throw MissingMask(object: Self.name(self.object))
        }
        let loose = try mask(looseMask, .loose, of: [painting, object])
        let placed = try PlacedObject(
            object.image, mask: tight, looseMask: loose, in: painting.image.size, placement)
        // A cut has diagnoses of its own, and an alpha channel cannot be turned against its own picture.
        switch placed.maskWarning {
        case .turned where self.mask == nil: break
        case let warning?: if cut == nil { warnings.add(Warnings.Warning(.mask(warning))) }
        case nil: break
        }
        return (painting, placed)
    }

    private func read(_ argument: FilePath, _ warnings: Warnings) throws -> Picture {
        let picture = try Picture.read(argument: argument, maxPixels: maxPixels)
        warnings.add(about: picture, Self.name(argument))
        return picture
    }

    /// The file's name in messages.
    private static func name(_ argument: FilePath) -> FilePath {
        argument == StandardInput.argument ? StandardInput.name : argument
    }
}

/// The object has no alpha, and no mask was given.
struct MissingMask: Reportable {
    let object: FilePath

    var report: ErrorReport {
        ErrorReport(
            "\(object) has no alpha channel and no --mask was given",
            hint: "have the object cut out with --cut, or by 'harmonize cut \(object)'; "
                + "or give a mask of its size with --mask: white where the object is", .usage)
    }
}

extension FilePath: @retroactive ExpressibleByArgument {}

extension Point: ExpressibleByArgument {
    /// From `X,Y`, two whole numbers.
    public init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let x = Int(parts[0]), let y = Int(parts[1]) else { return nil }
        self.init(x: x, y: y)
    }
}

/// A number of pixels, as given on the command line.
struct PixelCount: ExpressibleByArgument {
    let value: Int

    /// From a whole number, or a number of millions with `M` or `MP` behind it: `400000000`, `400M`, `0.5 MP`.
    init?(argument: String) {
        if let value = Int(argument) {
            self.value = value
            return
        }
        let match = argument.wholeMatch(of: /([0-9]+(?:\.[0-9]+)?) ?[mM][pP]?/)
        // Converting numbers that do not fit into `Int` would trap; no picture has 2⁶² pixels.
        guard let millions = match.flatMap({ Double($0.1) }), millions * 1e6 < 0x1p62 else { return nil }
        value = Int((millions * 1e6).rounded())
    }
}
