internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import TestSupport

/// `benchmarks scale`: the same object, pixel for pixel, in the painting and in the painting enlarged.
struct ScaleBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale", abstract: "A job against the same object in the painting enlarged.",
        discussion: """
            By default the loose mask reaches further from the object in a larger painting, so the enlarged job is run \
            twice: with its own loose mask, and with the same pixels in it as in the painting.
            """)

    @OptionGroup var scene: SceneOptions
    @OptionGroup var job: JobOptions
    @Option(help: "How many times larger each side becomes.") var factor = 4
    @Option(help: "How often the jobs are run in turn.") var rounds = 1

    func validate() throws {
        guard factor >= 1, rounds >= 1 else { throw ValidationError("--factor and --rounds start at 1") }
    }

    func run() throws {
        let folder = try TemporaryFolder()
        let scene = scene.scene
        let (enlarged, sameVariables) = try Self.enlarged(scene, by: factor, in: folder)
        let jobs = [scene, enlarged, sameVariables]
        var figures: [[JobFigures]] = jobs.map { _ in [] }
        for _ in 0..<rounds {
            for (i, scene) in jobs.enumerated() {
                let arguments = ["job"] + scene.arguments + job.arguments(iterations: (200, 200))
                figures[i].append(try Child.run(arguments))
            }
        }
        try JSON.print(ScaleFigures(painting: figures[0], enlarged: figures[1], sameVariables: figures[2]))
    }

    /// The scene with its painting `factor` times larger each way and the object's corner there too; once with the
    /// loose mask that this gives, once with the original's.
    private static func enlarged(_ scene: Scene, by factor: Int, in folder: TemporaryFolder) throws -> (Scene, Scene) {
        let (painting, object) = try scene.read()
        let large = Size(width: painting.width * factor, height: painting.height * factor)
        var enlarged = scene
        enlarged.looseMask = nil
        enlarged.painting = folder.path("painting.png")
        try painting.resampled(to: large).write(to: enlarged.painting)

        let size = try Placement(scale: scene.scale).scaledSize(Picture.read(scene.object).image.size)
        let corner =
            scene.at
            ?? .init(x: (painting.width - size.width) / 2, y: (painting.height - size.height) / 2)
        enlarged.at = .init(x: corner.x * factor, y: corner.y * factor)

        let loose = object.looseMask ?? object.mask.loosened()
        var moved = Mask(width: large.width, height: large.height, repeating: 0)
        for y in 0..<loose.height {
            for x in 0..<loose.width where loose[x, y] > 0 {
                let (toX, toY) = (x + corner.x * (factor - 1), y + corner.y * (factor - 1))
                if (0..<large.width).contains(toX), (0..<large.height).contains(toY) { moved[toX, toY] = 1 }
            }
        }
        var sameVariables = enlarged
        sameVariables.looseMask = folder.path("loose.png")
        try moved.picture.write(to: folder.path("loose.png"))
        return (enlarged, sameVariables)
    }
}

/// A job in a painting and in the painting enlarged, each as often as there were rounds.
struct ScaleFigures: Codable {
    let painting, enlarged, sameVariables: [JobFigures]
    /// Ratios of medians: the enlarged painting's over the painting's.
    let evaluationRatio, jobRatio, sameVariablesEvaluationRatio, sameVariablesJobRatio: Double

    init(painting: [JobFigures], enlarged: [JobFigures], sameVariables: [JobFigures]) {
        (self.painting, self.enlarged, self.sameVariables) = (painting, enlarged, sameVariables)
        func ratio(_ jobs: [JobFigures], _ value: (JobFigures) -> Double) -> Double {
            jobs.map(value).median / painting.map(value).median
        }
        evaluationRatio = ratio(enlarged, \.evaluationSeconds)
        jobRatio = ratio(enlarged, \.seconds)
        sameVariablesEvaluationRatio = ratio(sameVariables, \.evaluationSeconds)
        sameVariablesJobRatio = ratio(sameVariables, \.seconds)
    }
}
