internal import ArgumentParser
internal import Files
internal import Foundation
internal import Harmonization
internal import Imaging
internal import TestSupport

/// `benchmarks scale`: the same object, pixel for pixel, in the painting and in the painting enlarged.
struct ScaleBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale", abstract: "A job against the same object in the painting enlarged.")

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
        let jobs = [scene, try Self.enlarged(scene, by: factor, in: folder)]
        var figures: [[JobFigures]] = jobs.map { _ in [] }
        for _ in 0..<rounds {
            for (i, scene) in jobs.enumerated() {
                let arguments = ["job"] + scene.arguments + job.arguments(iterations: Iterations(200))
                figures[i].append(try Child.run(arguments))
            }
        }
        try JSON.print(ScaleFigures(painting: figures[0], enlarged: figures[1]))
    }

    /// The scene with its painting and the object's position scaled by `factor`.
    private static func enlarged(_ scene: Scene, by factor: Int, in folder: TemporaryFolder) throws -> Scene {
        let painting = try Picture.read(scene.painting).flattened
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
        return enlarged
    }
}

/// The figures of a job in a painting and in the painting enlarged, one of each per round.
struct ScaleFigures: Codable {
    let painting, enlarged: [JobFigures]
    /// Ratios of medians: the enlarged painting's over the painting's.
    let evaluationRatio, jobRatio: Double

    init(painting: [JobFigures], enlarged: [JobFigures]) {
        (self.painting, self.enlarged) = (painting, enlarged)
        func ratio(_ value: (JobFigures) -> Double) -> Double {
            enlarged.map(value).median / painting.map(value).median
        }
        evaluationRatio = ratio(\.evaluationSeconds)
        jobRatio = ratio(\.seconds)
    }
}
