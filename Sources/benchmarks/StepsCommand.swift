internal import ArgumentParser
internal import Files
internal import Harmonization
internal import Imaging

/// `benchmarks steps`: the picture after each step of the method, cropped around the object.
struct StepsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steps",
        abstract: "Write the picture after each step: pasted, pass 1, guide, first synthesis, pass 2, last synthesis.")

    @OptionGroup var scene: SceneOptions
    @Option(help: "Pixels around the object.") var margin = 24
    @Argument(help: "The folder to write to.") var folder: FilePath

    func run() throws {
        let (painting, object) = try scene.scene.read()
        let frame = Region(origin: object.origin, size: object.image.size)
            .grown(by: margin, within: .whole(of: painting.size))
        var count = 0
        func write(_ name: String, _ picture: Image) throws {
            try frame.part(of: picture).write(to: folder.appending("\(count)-\(name).png"))
            count += 1
        }

        let seen = Region.whole(of: painting.size).seen(from: object.origin)
        try write("pasted", painting.composited(with: seen.part(of: object.image), mask: seen.part(of: object.mask)))
        var pictures: [(name: String, overlay: Overlay)] = []
        var last: Overlay?
        let result = try Harmonizer().harmonize(painting, with: object) { progress in
            switch progress {
            case .evaluated(let evaluation):
                // The last of a pass that is matched anew is its result.
                let isLast = evaluation.number == evaluation.step.evaluations
                if evaluation.step.pass == 2, isLast { last = evaluation.preview }
            case .painted(let painted):
                switch painted.step {
                case .guide: pictures.append(("guide", painted.preview))
                case .firstSynthesis: pictures.append(("first-synthesis", painted.preview))
                case .lastSynthesis: break
                }
            default: break
            }
        }
        try write("pass-1", result.stage1)
        for (name, overlay) in pictures { try write(name, overlay.laid(into: painting)) }
        if let last { try write("pass-2", last.laid(into: painting)) }
        try write("last-synthesis", result.stage2)
    }
}
