internal import ArgumentParser
internal import Files
internal import Imaging
internal import TestSupport

/// `benchmarks composite`: a scene as the oracle takes it, all in the painting's frame.
struct CompositeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "composite", abstract: "Write painting.png, composite.png and mask.png, all of one size.")

    @OptionGroup var scene: SceneOptions
    @Argument(help: "The folder to write to.") var folder: FilePath

    func run() throws {
        let (painting, object) = try scene.scene.read()
        let columns = -object.origin.x..<painting.width - object.origin.x
        let rows = -object.origin.y..<painting.height - object.origin.y
        let image = object.image.part(columns: columns, rows: rows)
        let mask = object.mask.part(columns: columns, rows: rows)
        try painting.write(to: folder.appending("painting.png"))
        try painting.composited(with: image, mask: mask).write(to: folder.appending("composite.png"))
        try mask.picture.write(to: folder.appending("mask.png"))
        if let loose = object.looseMask?.part(columns: columns, rows: rows) {
            try loose.picture.write(to: folder.appending("loose-mask.png"))
        }
    }
}
