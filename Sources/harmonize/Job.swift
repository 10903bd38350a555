internal import Compute
internal import Files
internal import Foundation
internal import Harmonization
internal import Imaging
internal import NeuralNet

/// One run of the command: an object harmonized into a painting.
struct Job {
    let files: PictureFiles
    let output: OutputOptions
    let settings: Settings
    let network: VGG16
    let model: NetworkDescription
    private let start = WorkClock.now
    private let display: ProgressDisplay
    private let warnings = Warnings()

    /// Checks options and output paths and loads the network, before any picture is read.
    init(
        _ pictures: PictureOptions, _ cutting: CutOptions, _ method: MethodOptions, _ output: OutputOptions
    ) throws {
        settings = method.settings()
        files = try pictures.required(cutting)
        try output.check(inputs: files.inputs + (method.modelFile.map { [("model", $0)] } ?? []))
        self.output = output
        (network, model) = try method.network()
        display = ProgressDisplay(quiet: output.quiet, asJSON: output.progressJSON)
        if method.withoutPolish {
            warnings.add(
                .init(
                    warning: "--no-polish is an option of earlier versions, and taken as --faithful",
                    hint: "write --faithful, or leave it out for strokes in the painter's hand"))
        }
    }

    /// Repaints the object and writes the results; with `--dry-run`, prints the plan instead.
    func run() throws {
        // An unusable checkpoint is reported before pictures are read.
        var checkpoint =
            try output.dryRun
            ? nil
            : output.checkpoint.map {
                try CheckpointFile($0, every: output.checkpointEvery)
            }
        let (painting, object) = try files.read(warnings)
        let size = painting.image.size
        try output.files.check(painting: size, comparison: Comparison.size(of: object, in: size))
        let harmonizer = try Harmonizer(network: network, settings: settings)
        if output.dryRun {
            let plan = try harmonizer.plan(painting.image, with: object)
            warn(of: plan)
            try report(plan, object)
        } else {
            let writer = ResultWriter(painting, output.files, quality: output.quality)
            try write(try repaint(painting.image, object, harmonizer, writer, &checkpoint), object, writer, checkpoint)
        }
    }

    /// Warns of what a plan shows.
    private func warn(of plan: HarmonizationPlan) {
        warnings.add(plan.warnings)
        if output.plot != nil, plan.steps.isEmpty {
            warnings.add(
                .init(
                    warning: "--plot has nothing to draw: no pass is run", hint: "leave it out, or give a --quality"))
        }
    }

    /// Prints the plan.
    private func report(_ plan: HarmonizationPlan, _ object: PlacedObject) throws {
        let report = PlanReport(
            plan: plan, object: object, placement: files.placement, model: model.source,
            seconds: plan.seconds(speed: WorkSpeed(measuring: network, threads: settings.threads)),
            availableMemory: settings.memoryLimit ?? SystemMemory.available)
        guard output.json else { return try StandardOutput.write(report.text.utf8) }
        var summary = summary(.planned, size: plan.painting, styleLevel: plan.styleLevel)
        summary.passes = plan.steps.map(JobSummary.Pass.init)
        (summary.seconds, summary.memory) = (report.seconds, plan.memory)
        (summary.availableMemory, summary.fits) = (report.availableMemory, plan.memory <= report.availableMemory)
        try JSONLine.print(summary)
    }

    /// Repaints the object, with previews and checkpoints at their intervals; a signal ends it with the best result so
    /// far.
    private func repaint(
        _ painting: Image, _ object: PlacedObject, _ harmonizer: Harmonizer, _ writer: ResultWriter,
        _ checkpoint: inout CheckpointFile?
    ) throws -> HarmonizedPainting {
        if output.previewEvery != nil { try output.files.makeFolder() }
        var preview = output.previewEvery.map { Preview(every: $0, at: output.files.previewPath) }
        // A failed preview or checkpoint must not stop the work.
        func attempt(_ show: () throws -> Void) {
            do {
                try show()
            } catch {
                preview = nil
                warnings.add(.init(warning: ErrorReport(error).what, hint: "there will be no more previews"))
            }
        }
        let result = try Interruption.awaited { () throws(HarmonizationError) in
            try harmonizer.harmonize(painting, with: object, from: checkpoint?.start) { progress in
                display.show(progress)
                switch progress {
                case .planned(let plan):
                    if let checkpoint, let start = checkpoint.start {
                        display.write(
                            "going on from \(checkpoint.path), after \(start.evaluations) evaluations")
                    }
                    warn(of: plan)
                case .evaluated(let evaluation):
                    attempt { try preview?.show(evaluation, with: writer) }
                    do {
                        try checkpoint?.reached(evaluation)
                    } catch {
                        warnings.add(.init(warning: ErrorReport(error).what, hint: "the work goes on without"))
                    }
                case .painted(let painting): attempt { try preview?.write(painting.preview, with: writer) }
                case .began, .finished, .synthesizing: break
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
        warnings.add(result.warnings)
        return result
    }

    /// Writes the stages and the additional files, and prints the summary.
    private func write(
        _ result: HarmonizedPainting, _ object: PlacedObject, _ writer: ResultWriter, _ checkpoint: CheckpointFile?
    ) throws {
        var written: [String: String] = [:]
        // One at a time, to save memory: each has the size of the painting.
        for (stage, patch) in [(Stage.first, result.stage1Overlay), (.second, result.stage2Overlay)] {
            written["stage\(stage.rawValue)"] = try writer.write(patch, to: stage)?.argument
        }
        if let path = output.compare {
            try Comparison.sideBySide(object, result).write(to: path)
        }
        if let path = output.layer {
            try writer.layer(result.stage2Overlay).write(to: path)
        }
        if let path = output.outputFile {
            if path.ending == OpenRaster.ending {
                try writer.layers(result, object).write(to: path)
            } else {
                try writer.write(result.stage2Overlay, to: path)
            }
        }
        if let path = output.trace {
            try Trace(
                settings: JobDescription(files, settings, styleLevel: result.styleLevel), model: model,
                tapScale: result.tapScale, passes: result.passes
            ).write(to: path)
        }
        var extras = output.extras
        if result.passes.isEmpty {
            extras.removeAll { $0.option == "plot" }
        } else if let path = output.plot {
            try LossPlot(result.passes).write(to: path)
        }
        if !result.isCancelled { checkpoint?.path.removeFile() }
        for extra in extras where extra.option != "checkpoint" || checkpoint?.path.exists == true {
            written[extra.option] = extra.path.argument
        }

        // A signal during the synthesis does not cancel the work, but is reported as well.
        let isInterrupted = result.isCancelled || Interruption.isRequested
        let seconds = (WorkClock.now - start) / .seconds(1)
        if output.json {
            var summary = summary(
                isInterrupted ? .interrupted : .done, size: result.painting.size, styleLevel: result.styleLevel)
            summary.passes = result.passes.map(JobSummary.Pass.init)
            (summary.files, summary.seconds, summary.memory) = (written, seconds, SystemMemory.peak)
            summary.resumedAfter = checkpoint?.start?.evaluations
            try JSONLine.print(summary)
        }
        display.write(line(result, writer.destination, seconds))
        if isInterrupted { throw Interruption.error }
    }

    /// The fields that all summaries have.
    private func summary(_ status: JobSummary.Status, size: Size, styleLevel: Double) -> JobSummary {
        var summary = JobSummary(status)
        summary.settings = JobDescription(files, settings, styleLevel: styleLevel)
        summary.size = [size.width, size.height]
        (summary.model, summary.warnings) = (model, warnings.all)
        return summary
    }

    /// The outcome as one line of text.
    private func line(_ result: HarmonizedPainting, _ destination: String, _ seconds: Double) -> String {
        let losses = result.passes.suffix(2).map { pass in
            let totals = pass.evaluations.map(\.total).filter(\.isFinite)
            return String(format: "%.3g → %.3g", totals.first ?? .nan, totals.min() ?? .nan)
        }.joined(separator: ", ")
        return
            "wrote \(destination): \(result.painting.size), "
            + (files.placement.turns.map { "object \($0), " } ?? "")
            + "level \(String(format: "%.3g", result.styleLevel)), "
            + (losses.isEmpty ? "" : "loss \(losses), ")
            + "\(String(format: "%.1f", seconds)) s, \(SystemMemory.formatted(SystemMemory.peak))"
    }
}
