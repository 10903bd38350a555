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

    /// What ``harmonize(_:with:progress:isCancelled:)`` would do, and what it would take.
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
    /// Throws ``HarmonizationError``.
    /// - Parameters:
    ///   - painting: the painting, of the size the object is placed in.
    ///   - object: the object in its place.
    ///   - progress: told what happens, from the calling thread.
    ///   - isCancelled: asked often, from the calling thread; whether to stop. By default, whether the task is cancelled.
    public func harmonize(
        _ painting: Image, with object: PlacedObject, progress: (HarmonizationProgress) -> Void = { _ in },
        isCancelled: @escaping @Sendable () -> Bool = { Task.isCancelled }
    ) throws(HarmonizationError) -> HarmonizedPainting {
        try Parallel.$threads.withValue(settings.threads ?? Parallel.threads) {
            Result { () throws(HarmonizationError) in try work(painting, object, isCancelled, progress) }
        }.get()
    }

    private func work(
        _ painting: Image, _ object: PlacedObject, _ isCancelled: @escaping @Sendable () -> Bool,
        _ progress: (HarmonizationProgress) -> Void
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
        progress(.planned(plan))
        let repainting = try repaint(schedule, isCancelled, progress)
        let composition = schedule.compositions[0]
        // Cancelled before the first evaluation.
        guard let first = repainting.first, var second = repainting.second else { throw .cancelled }
        if settings.polishes {
            progress(.polishing)
            second = Polish().polished(
                second, composite: composition.composite, painting: painting,
                mask: composition.blendMask.thresholded(at: 0))
        }
        return HarmonizedPainting(
            painting: painting, firstPatch: finished(first, composition), secondPatch: finished(second, composition),
            styleLevel: schedule.level, tapScale: repainting.tapScale, passes: repainting.records,
            isCancelled: repainting.isCancelled)
    }

    /// A picture of the passes, of the crop's size, as it goes into the painting.
    private func finished(_ picture: Image, _ composition: Composition) -> Patch {
        composition.blend(settings.keepsColors ? picture.keepingColors(of: composition.composite) : picture)
    }

    /// Runs both passes at each size, from the smallest, each from what the one before changed; at full size, where
    /// they do not run, that is carried up.
    private func repaint(
        _ schedule: Schedule, _ isCancelled: @escaping @Sendable () -> Bool,
        _ progress: (HarmonizationProgress) -> Void
    ) throws(HarmonizationError) -> Repainting {
        var repainting = Repainting(of: schedule)
        for round in schedule.rounds where !repainting.isCancelled {
            repainting.carry(to: round.index)
            do {
                try run(round, isCancelled, progress, &repainting)
            } catch .cancelled {
                repainting.isCancelled = true
            } catch .deadTap where round.index != schedule.rounds.last?.index {
                // A size at which the network sees nothing is left out.
            }
        }
        repainting.carry(to: 0)
        return repainting
    }

    /// Runs both passes at the size that `repainting` is of, and puts there what they make of it.
    private func run(
        _ round: Schedule.Round, _ isCancelled: @escaping @Sendable () -> Bool,
        _ progress: (HarmonizationProgress) -> Void, _ repainting: inout Repainting
    ) throws(HarmonizationError) {
        let (composition, shown) = (repainting.composition, repainting)
        let start = repainting.second ?? composition.composite
        var clock = Stopwatch()
        func run(_ pass: Pass, _ step: HarmonizationPlan.Step, iterations: Int) -> (Image, PassRecord) {
            // The evaluations need other sizes than the set-up.
            TensorPool.shared.drain()
            let (picture, evaluations, ended) = pass.run(
                from: start, iterations: iterations, isCancelled: isCancelled
            ) { number, losses, picture in
                let evaluation = HarmonizationProgress.Evaluation(
                    step: step, number: number, losses: losses, seconds: clock.seconds
                ) { finished(shown.atFullSize(picture()), shown.schedule.compositions[0]) }
                progress(.evaluated(evaluation))
            }
            let record = PassRecord(
                pass: step.pass, reduction: step.reduction, weights: step.weights, seconds: clock.seconds,
                ended: ended, evaluations: evaluations)
            progress(.finished(record))
            return (picture, record)
        }

        progress(.began(round.first))
        let preparation = try Preparation(
            composition, network: network, isFaithful: settings.isFaithful, isCancelled: isCancelled)
        let (first, firstRecord) = run(
            preparation.firstPass(weights: round.first.weights), round.first, iterations: round.iterations.first)
        repainting.took(first, firstRecord, preparation.tapScale)
        guard !repainting.isCancelled else { return }

        clock = Stopwatch()
        progress(.began(round.second))
        let secondPass = try preparation.secondPass(
            after: composition.painting(with: composition.blend(first)), weights: round.second.weights,
            range: settings.histogramRange)
        let (second, secondRecord) = run(secondPass, round.second, iterations: round.iterations.second)
        repainting.took(second, secondRecord, preparation.tapScale)
    }
}

/// Seconds since it was made.
package struct Stopwatch {
    private let start = ContinuousClock.now

    /// A watch that starts now.
    package init() {}

    /// The time since then.
    package var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }
}
