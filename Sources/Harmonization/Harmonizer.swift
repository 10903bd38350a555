public import Imaging
public import NeuralNet
internal import Tensors

/// Repaints an object that was pasted into a painting in the painting's own hand.
///
///     let painting = try Picture.read("starry-night.jpg"), cup = try Picture.read("coffee-cup.png").image
///     let mask = try Picture.read("coffee-cup-mask.png").mask
///     let placed = try PlacedObject(
///         cup, mask: mask, in: painting.image.size, Placement(at: .init(x: 420, y: 330), scale: 0.5))
///     let result = try Harmonizer().harmonize(painting.flattened, with: placed)
///     try painting.write(with: result.secondPatch, to: "stage2.png")
///
/// The method is Deep Painterly Harmonization (Luan, Paris, Shechtman and Bala 2018): the object's pixels are optimised
/// so that a pretrained network sees the object's content and the painting's style. Pass 1 matches each tap on its own
/// and gives a robust start; pass 2 carries one consistent match through all taps. Both run at half the size first, and
/// in the end the result is polished, unless ``Settings/isFaithful``.
public struct Harmonizer: Sendable {
    private let network: VGG16
    private let settings: Settings

    /// A harmonizer that sees through `network`. Every value of `settings` lies in its range.
    public init(network: VGG16 = .builtIn, settings: Settings = Settings()) {
        precondition(settings.areValid, "settings out of range: \(settings)")
        self.network = network
        self.settings = settings.resolved
    }

    /// What ``harmonize(_:with:from:progress:isCancelled:)`` would do, and what it would take.
    ///
    /// Throws ``HarmonizationError`` where the pictures cannot be harmonized, whatever memory there is.
    public func plan(_ painting: Image, with object: PlacedObject) throws(HarmonizationError) -> HarmonizationPlan {
        try Schedule(painting, object, settings, network).plan(polishes: settings.polishes)
    }

    /// Repaints `object` in `painting`.
    ///
    /// Where the object's blurred mask is 0 both results are the painting, to the bit. Cancelling takes effect at the next
    /// evaluation, or the next band of the painting that is read: the result is then the best so far.
    ///
    /// Each evaluation that `progress` is told of has a ``HarmonizationProgress/Evaluation/checkpoint``. A harmonization of
    /// the same painting and object, by the same settings and network, goes on `from` there and ends with the same bits.
    ///
    /// Throws ``HarmonizationError``.
    /// - Parameters:
    ///   - painting: the painting, of the size the object is placed in.
    ///   - object: the object in its place.
    ///   - checkpoint: where to go on; nil: from the beginning.
    ///   - progress: told what happens, from the calling thread.
    ///   - isCancelled: asked often, from the calling thread; whether to stop. By default, whether the task is cancelled.
    public func harmonize(
        _ painting: Image, with object: PlacedObject, from checkpoint: HarmonizationCheckpoint? = nil,
        progress: (HarmonizationProgress) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }
    ) throws(HarmonizationError) -> HarmonizedPainting {
        try Parallel.with(threads: settings.threads) {
            Result { () throws(HarmonizationError) in try work(painting, object, checkpoint, isCancelled, progress) }
        }.get()
    }

    private func work(
        _ painting: Image, _ object: PlacedObject, _ checkpoint: HarmonizationCheckpoint?,
        _ isCancelled: @escaping @Sendable () -> Bool, _ progress: (HarmonizationProgress) -> Void
    ) throws(HarmonizationError) -> HarmonizedPainting {
        // Memory that waits to be used again is of no use to the caller.
        defer { TensorPool.shared.drain() }
        let schedule = try Schedule(
            painting, object.matchingColors(of: painting, by: settings.colorMatching), settings, network)
        let plan = schedule.plan(polishes: settings.polishes)
        let memory = settings.memory ?? SystemMemory.available
        guard plan.memory <= memory else {
            throw .tooLarge(painting.size, needed: plan.memory, available: memory)
        }
        let subject = HarmonizationCheckpoint.Subject(painting, object, settings, network)
        try checkpoint?.check(subject, schedule)
        progress(.planned(plan))
        let repainting = try repaint(
            schedule,
            from: checkpoint ?? HarmonizationCheckpoint(subject, Repainting(at: schedule.compositions.count - 1)),
            isCancelled, progress)
        let composition = schedule.compositions[0]
        // Cancelled before the first evaluation.
        guard let first = repainting.first, var second = repainting.best else { throw .cancelled }
        if settings.polishes {
            progress(.polishing)
            second = Polish().polished(
                second, composite: composition.composite, painting: painting,
                mask: composition.blendMask.thresholded(at: 0))
        }
        var result = HarmonizedPainting(
            painting: painting, firstPatch: finished(first, composition), secondPatch: finished(second, composition),
            styleLevel: schedule.level, tapScale: repainting.tapScale, passes: repainting.records,
            isCancelled: repainting.isCancelled)
        result.warnings = HarmonizationWarning.found(in: result, plan, of: object)
        return result
    }

    /// A picture of the passes, of the crop's size, as it goes into the painting.
    private func finished(_ picture: Image, _ composition: Composition) -> Patch {
        composition.blend(settings.keepsColors ? picture.keepingColors(of: composition.composite) : picture)
    }

    /// Runs both passes at each size, from the smallest, each from what the one before changed; at full size, where
    /// they do not run, that is carried up.
    private func repaint(
        _ schedule: Schedule, from checkpoint: HarmonizationCheckpoint, _ isCancelled: @escaping @Sendable () -> Bool,
        _ progress: (HarmonizationProgress) -> Void
    ) throws(HarmonizationError) -> Repainting {
        var checkpoint = checkpoint
        for round in schedule.rounds where round.index <= checkpoint.repainting.index {
            if checkpoint.repainting.isCancelled { break }
            checkpoint.repainting.carry(to: round.index, in: schedule)
            do {
                try run(round, schedule, isCancelled, progress, &checkpoint)
            } catch .cancelled {
                checkpoint.repainting.isCancelled = true
            } catch .deadTap where round.index != schedule.rounds.last?.index {
                // A size at which the network sees nothing is left out.
            }
        }
        checkpoint.repainting.carry(to: 0, in: schedule)
        return checkpoint.repainting
    }

    /// Runs the passes that are left at a size from where `checkpoint` says, and puts there what they make of it.
    private func run(
        _ round: Schedule.Round, _ schedule: Schedule, _ isCancelled: @escaping @Sendable () -> Bool,
        _ progress: (HarmonizationProgress) -> Void, _ checkpoint: inout HarmonizationCheckpoint
    ) throws(HarmonizationError) {
        let composition = schedule.compositions[round.index]
        let start = checkpoint.repainting.second ?? composition.composite
        var clock = Stopwatch(after: checkpoint.seconds)
        func run(_ pass: Pass, _ step: HarmonizationPlan.Step, iterations: Int, _ tapScale: [VGG16.Tap: Float]) {
            // The evaluations need other sizes than the set-up.
            TensorPool.shared.drain()
            let before = checkpoint
            let (picture, evaluations, ended) = pass.run(
                from: start, by: settings.optimizer, goingOnFrom: before.pass, iterations: iterations,
                isCancelled: isCancelled
            ) { evaluation in
                let seconds = clock.seconds
                progress(
                    .evaluated(
                        .init(
                            step: step, number: evaluation.number, losses: evaluation.losses, seconds: seconds,
                            checkpoint: before.reached(evaluation.state, after: seconds)
                        ) {
                            finished(
                                schedule.carried(evaluation.picture(), from: round.index, to: 0),
                                schedule.compositions[0])
                        }))
            }
            let record = PassRecord(
                pass: step.pass, reduction: step.reduction, weights: step.weights, seconds: clock.seconds,
                ended: ended, evaluations: evaluations)
            progress(.finished(record))
            checkpoint.took(picture, record, tapScale)
        }

        let isFirstDone = checkpoint.repainting.forSecondPass != nil
        progress(.began(isFirstDone ? round.second : round.first))
        let preparation = try Preparation(
            composition, network: network, isFaithful: settings.isFaithful, isCancelled: isCancelled)
        if !isFirstDone {
            run(
                preparation.firstPass(weights: round.first.weights), round.first, iterations: round.iterations.first,
                preparation.tapScale)
            guard !checkpoint.repainting.isCancelled else { return }
            clock = Stopwatch()
            progress(.began(round.second))
        }
        guard let first = checkpoint.repainting.forSecondPass else { preconditionFailure("pass 1 gives a picture") }
        let secondPass = try preparation.secondPass(
            after: composition.painting(with: composition.blend(first)), weights: round.second.weights,
            range: settings.histogramRange)
        run(secondPass, round.second, iterations: round.iterations.second, preparation.tapScale)
    }
}

/// Seconds since it was made, and some before.
package struct Stopwatch {
    private let start = ContinuousClock.now, before: Double

    /// A watch that starts now, at `before` seconds.
    package init(after before: Double = 0) { self.before = before }

    /// The time since then, and before.
    package var seconds: Double { before + (ContinuousClock.now - start) / .seconds(1) }
}
