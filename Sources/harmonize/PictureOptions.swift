public import ArgumentParser
internal import Files
public import Imaging

/// The pictures, and where the object goes.
struct PictureOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The painting.", valueName: "file"), completion: .picture) var painting: FilePath?
    @Option(
        help: ArgumentHelp("The photographed object, of any size.", valueName: "file"),
        completion: .picture)
    var object: FilePath?
    @Option(
        help: ArgumentHelp(
            "The object's shape, white on black, of the object's size. Default: the object's own alpha.",
            valueName: "file"),
        completion: .picture)
    var mask: FilePath?
    @Option(
        help: ArgumentHelp(
            "Where pixels may change: white; of the painting's or the object's size. Default: made from the mask.",
            valueName: "file", visibility: .expert),
        completion: .picture)
    var looseMask: FilePath?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Place of the object's top-left corner in the painting; may lie outside. Default: centred.",
            valueName: "x,y"))
    var at: Placement.Point?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Size of the object: pixels of the painting for each of its own.", valueName: "factor"))
    var scale: Double = 1
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Refuse pictures with more pixels, before any memory is taken; M stands for a million. Default: 400M.",
            valueName: "n", visibility: .expert))
    var maxPixels: PixelCount?

    func validate() throws {
        let files = [("painting", painting), ("object", object), ("mask", mask), ("loose-mask", looseMask)]
        for (name, path) in files where path == "" { throw ValidationError("--\(name) needs the name of a file") }
        let piped = files.filter { $0.1 == StandardInput.argument }
        guard piped.count <= 1 else {
            throw ValidationError("--\(piped[0].0) and --\(piped[1].0) cannot both read standard input")
        }
        guard scale.isFinite, scale > 0 else { throw ValidationError("--scale must be above 0, got \(scale)") }
        if let maxPixels, maxPixels.value < 1 {
            throw ValidationError("--max-pixels starts at 1, got \(maxPixels.value)")
        }
    }

    /// The files with those present that must be.
    func required() throws -> PictureFiles {
        guard let painting else { throw ValidationError("Missing expected argument '--painting <file>'") }
        guard let object else { throw ValidationError("Missing expected argument '--object <file>'") }
        return PictureFiles(
            painting: painting, object: object, mask: mask, looseMask: looseMask,
            placement: Placement(at: at, scale: scale),
            maxPixels: maxPixels?.value ?? Picture.defaultMaxPixels)
    }
}

/// The pictures of one job, by path.
struct PictureFiles {
    let painting, object: FilePath
    let mask, looseMask: FilePath?
    let placement: Placement
    /// The most pixels that each may have.
    let maxPixels: Int

    /// The files that are there, by option: all but the picture that comes from standard input.
    var inputs: [(option: String, path: FilePath)] {
        [("painting", painting), ("object", object), ("mask", mask), ("loose-mask", looseMask)].compactMap {
            guard let path = $1, path != StandardInput.argument else { return nil }
            return ($0, path)
        }
    }

    /// Decodes them, the painting over white, and puts the object into the painting's frame.
    ///
    /// Adds to `warnings` what looks wrong about the mask, and colour profiles that cannot be used.
    func read(_ warnings: Warnings) throws -> (painting: Picture, object: PlacedObject) {
        let painting = try read(painting, warnings).opaque
        let object = try read(object, warnings)
        guard
            let mask = try mask.map({ try Picture.read(argument: $0, maxPixels: maxPixels).mask })
                ?? object.alpha
        else {
            throw MissingMask(object: Self.name(self.object))
        }
        let looseMask = try looseMask.map { try Picture.read(argument: $0, maxPixels: maxPixels).mask }
        let placed = try PlacedObject(
            object.image, mask: mask, looseMask: looseMask, in: painting.image.size, placement)
        warnings.add(MaskDiagnosis.warning(for: mask, of: object.image))
        return (painting, placed)
    }

    private func read(_ argument: FilePath, _ warnings: Warnings) throws -> Picture {
        let picture = try Picture.read(argument: argument, maxPixels: maxPixels)
        warnings.add(ProfileDiagnosis.warning(for: picture, Self.name(argument)))
        return picture
    }

    /// What messages call the file.
    private static func name(_ argument: FilePath) -> FilePath {
        argument == StandardInput.argument ? StandardInput.name : argument
    }
}

/// The object has no alpha, and no mask was given.
struct MissingMask: Error {
    let object: FilePath
}

extension Placement.Point: ExpressibleByArgument {
    /// From `X,Y`, two whole numbers.
    public init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let x = Int(parts[0]), let y = Int(parts[1]) else { return nil }
        self.init(x: x, y: y)
    }
}
