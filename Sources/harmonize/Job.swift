internal import Files
internal import Foundation
internal import Harmonization
internal import Imaging
internal import NeuralNet

/// One object put into one painting: what the command does with its options.
struct Job {
    let files: PictureFiles
    let output: OutputOptions
    let settings: Settings
    let network: VGG16
    let model: Trace.Model
    private let start = ContinuousClock.now
    private let display: ProgressDisplay
    private let warnings = Warnings()

    /// Checks what can be checked before any work is done.
    init(_ pictures: PictureOptions, _ method: MethodOptions, _ output: OutputOptions) throws {
        settings = method.settings()
        files = try pictures.required()
        try output.check(inputs: files.inputs + (method.modelFile.map { [("model", $0)] } ?? []))
        self.output = output
        (network, model) = try method.network()
        display = ProgressDisplay(quiet: output.quiet)
    }

    /// Repaints the object and writes what was asked for; or says what it would do.
    func run() throws {
        // A file that is no checkpoint is told before pictures are read.
        var checkpoint =
            try output.dryRun
            ? nil
            : output.checkpoint.map {
                try CheckpointFile($0, every: output.checkpointEvery)
            }
        let (painting, object) = try files.read(warnings)
        let harmonizer = Harmonizer(network: network, settings: settings)
        if output.dryRun {
            let plan = try harmonizer.plan(painting.image, with: object)
            warnings.add(PaintingDiagnosis.warning(for: painting.image))
            try report(plan, object)
        } else {
            let writer = ResultWriter(painting, output)
            try write(try repaint(painting.image, object, harmonizer, writer, &checkpoint), object, writer, checkpoint)
        }
    }

    /// Says what would be done.
    private func report(_ plan: HarmonizationPlan, _ object: PlacedObject) throws {
        let report = PlanReport(
            plan: plan, object: object, model: model.source,
            seconds: plan.seconds(speed: WorkSpeed(measuring: network, threads: settings.threads)),
            availableMemory: settings.memory ?? SystemMemory.available)
        guard output.json else { return try StandardOutput.write(report.text.utf8) }
        var summary = summary(.planned, size: plan.painting, styleLevel: plan.styleLevel)
        summary.passes = plan.steps.map(Summary.Pass.init)
        (summary.seconds, summary.memory) = (report.seconds, plan.memory)
        (summary.availableMemory, summary.fits) = (report.availableMemory, plan.memory <= report.availableMemory)
        try JSONLine.print(summary)
    }

    /// Repaints the object, with a preview every so often; ends with the best so far where a signal asks for it.
    private func repaint(
        _ painting: Image, _ object: PlacedObject, _ harmonizer: Harmonizer, _ writer: ResultWriter,
        _ checkpoint: inout CheckpointFile?
    ) throws -> HarmonizedPainting {
        if output.previewEvery != nil { try output.makeFolder() }
        var preview = output.previewEvery.map { Preview(every: $0, at: output.path("preview.png")) }
        var plan: HarmonizationPlan?
        let result = try Interruption.awaited { () throws(HarmonizationError) in
            try harmonizer.harmonize(painting, with: object, from: checkpoint?.start) { progress in
                display.show(progress)
                switch progress {
                case .planned(let made):
                    plan = made
                    if let checkpoint, let start = checkpoint.start {
                        display.write(
                            "going on from \(checkpoint.path), after \(start.evaluations) evaluations")
                    }
                    warnings.add(PaintingDiagnosis.warning(for: painting))
                case .evaluated(let evaluation):
                    // The work is worth more than a look at it, or than a second chance.
                    do {
                        try preview?.show(evaluation, with: writer)
                    } catch {
                        preview = nil
                        warnings.add(.init(warning: ErrorReport(error).what, hint: "there will be no more previews"))
                    }
                    do {
                        try checkpoint?.reached(evaluation)
                    } catch {
                        warnings.add(.init(warning: ErrorReport(error).what, hint: "the work goes on without"))
                    }
                case .began, .finished, .polishing: break
                }
            } isCancelled: {
                Interruption.isRequested
            }
        }
        do {
            if result.isCancelled { try checkpoint?.keep() }
        } catch {
            warnings.add(.init(warning: ErrorReport(error).what, hint: "the same command will begin further back"))
        }
        if let plan {
            for warning in ResultDiagnosis.warnings(for: result, plan, of: object) { warnings.add(warning) }
        }
        return result
    }

    /// Writes the pictures and what else was asked for, and says so.
    private func write(
        _ result: HarmonizedPainting, _ object: PlacedObject, _ writer: ResultWriter, _ checkpoint: CheckpointFile?
    ) throws {
        var written: [String: String] = [:]
        // One after the other: each has the size of the painting.
        for (stage, patch) in [(Stage.first, result.firstPatch), (.second, result.secondPatch)] {
            written["stage\(stage.rawValue)"] = try writer.write(patch, to: stage)?.argument
        }
        if let path = output.compare {
            try Comparison.sideBySide(object, result).write(to: path)
        }
        if let path = output.trace {
            try Trace(
                settings: Trace.Settings(files, settings, styleLevel: result.styleLevel), model: model,
                tapScale: result.tapScale, passes: result.passes
            ).write(to: path)
        }
        if let path = output.plot { try LossPlot(result.passes).write(to: path) }
        if !result.isCancelled { checkpoint?.remove() }
        for extra in output.extras where extra.option != "checkpoint" || checkpoint?.exists == true {
            written[extra.option] = extra.path.argument
        }

        // Also where only the polish was left to do: who asked for an end is told of one.
        let isInterrupted = result.isCancelled || Interruption.isRequested
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        if output.json {
            var summary = summary(
                isInterrupted ? .interrupted : .done, size: result.painting.size, styleLevel: result.styleLevel)
            summary.passes = result.passes.map(Summary.Pass.init)
            (summary.files, summary.seconds, summary.memory) = (written, seconds, SystemMemory.peak)
            summary.resumedAfter = checkpoint?.start?.evaluations
            try JSONLine.print(summary)
        }
        display.write(Self.line(result, writer.destination, seconds))
        if isInterrupted { throw Interruption.error }
    }

    /// What every summary says.
    private func summary(_ status: Summary.Status, size: Size, styleLevel: Double) -> Summary {
        var summary = Summary(status)
        summary.settings = Trace.Settings(files, settings, styleLevel: styleLevel)
        summary.size = [size.width, size.height]
        (summary.model, summary.warnings) = (model, warnings.all)
        return summary
    }

    /// The outcome in a line.
    private static func line(_ result: HarmonizedPainting, _ destination: String, _ seconds: Double) -> String {
        let losses = result.passes.suffix(2).map { pass in
            let totals = pass.evaluations.map(\.total).filter(\.isFinite)
            return String(format: "%.3g → %.3g", totals.first ?? .nan, totals.min() ?? .nan)
        }.joined(separator: ", ")
        return
            "wrote \(destination): \(result.painting.size), level \(String(format: "%.3g", result.styleLevel)), "
            + "loss \(losses), \(String(format: "%.1f", seconds)) s, \(PlanReport.bytes(SystemMemory.peak))"
    }
}
