internal import ArgumentParser
internal import Files
internal import Foundation
internal import Harmonization
internal import Imaging
internal import TestSupport

/// `benchmarks large`: the memory of a job in a large synthetic painting.
struct LargeBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "large", abstract: "A job in a large painting: what matters is the memory.",
        discussion: "By default 12 evaluations in each pass, which fill the history of L-BFGS.")

    @OptionGroup var job: JobOptions
    @Option(help: "The painting's sides.") var side = 4096
    @Option(help: "The object's sides.") var objectSide = 1000

    func validate() throws {
        guard side >= 64, (16...side).contains(objectSide) else {
            throw ValidationError("--side starts at 64, --object-side at 16, and the object is no larger")
        }
    }

    func run() throws {
        // The job reads files, in a process that did not generate them, as a user's job does.
        let folder = try TemporaryFolder()
        let scene = Scene(
            painting: folder.path("painting.png"), object: folder.path("object.png"), mask: folder.path("mask.png"))
        try SyntheticPictures.painting(side: side, seed: 1).write(to: scene.painting)
        try SyntheticPictures.painting(side: objectSide, seed: 2).write(to: scene.object)
        try SyntheticPictures.ellipse(side: objectSide).picture.write(to: scene.mask)
        let figures: JobFigures = try Child.run(["job"] + scene.arguments + job.arguments(iterations: Iterations(12)))
        try JSON.print(figures)
    }
}
