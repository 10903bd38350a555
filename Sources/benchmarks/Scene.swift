internal import ArgumentParser
internal import Files
internal import Imaging

/// The pictures of a job, by path, and the object's placement.
struct Scene {
    var painting, object, mask: FilePath
    var looseMask: FilePath?
    var at: Point?
    var scale = 1.0

    /// The repository's sample, relative to the repository's root.
    static let sample = Scene(
        painting: "samples/starry-night.jpg", object: "samples/coffee-cup.png", mask: "samples/coffee-cup-mask.png",
        at: .init(x: 420, y: 330), scale: 0.5)

    /// The equivalent arguments for a child process.
    var arguments: [String] {
        var arguments = [
            "--painting", painting.argument, "--object", object.argument, "--mask", mask.argument, "--scale",
            "\(scale)",
        ]
        if let looseMask { arguments += ["--loose-mask", looseMask.argument] }
        if let at { arguments += ["--at", "\(at.x),\(at.y)"] }
        return arguments
    }

    /// Decodes the pictures and places the object in the painting.
    func read() throws -> (painting: Image, object: PlacedObject) {
        let painting = try Picture.read(painting).flattened
        let object = try Picture.read(object).image
        let mask = try Picture.read(mask).mask
        let looseMask = try looseMask.map { try Picture.read($0).mask }
        let placement = Placement(at: at, scale: scale)
        return (painting, try PlacedObject(object, mask: mask, looseMask: looseMask, in: painting.size, placement))
    }
}

/// The options of a scene; by default the sample.
struct SceneOptions: ParsableArguments {
    @Option(help: "The painting. Default: the sample.") var painting: FilePath?
    @Option(help: "The object.") var object: FilePath?
    @Option(help: "The object's mask.") var mask: FilePath?
    @Option(help: "Where pixels may change. Default: made from the mask.") var looseMask: FilePath?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("The object's corner. Default: centred.", valueName: "x,y"),
        transform: Self.point)
    var at: Point?
    @Option(help: "Pixels of the painting for each pixel of the object. Default: 1.") var scale: Double?

    func validate() throws {
        let needed = [painting, object, mask].compactMap { $0 }.count
        let others = looseMask != nil || at != nil || scale != nil
        guard needed == 3 || (needed == 0 && !others) else {
            throw ValidationError("a scene needs --painting, --object and --mask")
        }
        guard scale.map({ $0.isFinite && $0 > 0 }) ?? true else { throw ValidationError("--scale must be above 0") }
    }

    /// The selected scene.
    var scene: Scene {
        guard let painting, let object, let mask else { return .sample }
        return Scene(
            painting: painting, object: object, mask: mask, looseMask: looseMask, at: at, scale: scale ?? 1)
    }

    private static func point(_ text: String) throws -> Point {
        let numbers = wholeNumbers(text)
        guard numbers.count == 2 else { throw ValidationError("--at takes two whole numbers, got '\(text)'") }
        return Point(x: numbers[0], y: numbers[1])
    }
}
