internal import ArgumentParser
internal import Files
internal import Imaging
internal import TestSupport

/// `benchmarks composite`: a scene as input of the oracle, all pictures of the painting's size.
struct CompositeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "composite", abstract: "Write painting.png, composite.png and mask.png, all of one size.")

    @OptionGroup var scene: SceneOptions
    @Argument(help: "The folder to write to.") var folder: FilePath

    func run() throws {
        let (painting, object) = try scene.scene.read()
        let frame = Region.whole(of: painting.size).seen(from: object.origin)
        let image = frame.part(of: object.image), mask = frame.part(of: object.mask)
        try painting.write(to: folder.appending("painting.png"))
        try painting.composited(with: image, mask: mask).write(to: folder.appending("composite.png"))
        try mask.picture.write(to: folder.appending("mask.png"))
        if let loose = object.looseMask.map({ frame.part(of: $0) }) {
            try loose.picture.write(to: folder.appending("loose-mask.png"))
        }
    }
}
