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

    /// A harmonizer with the features of `network`.
    ///
    /// Throws ``HarmonizationError/setting(_:)`` for a setting out of its range.
    public init(network: VGG16 = .builtIn, settings: Settings = Settings()) throws(HarmonizationError) {
        do {
            try settings.validate()
        } catch {
            throw .setting(error)
        }
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
        // Pooled memory is of no use to the caller.
        defer { MemoryPool.shared.drain() }
        let schedule = try Schedule(
            painting, object.matchingColors(of: painting, by: settings.colorMatching), settings, network)
        let plan = schedule.plan(polishes: settings.polishes)
        let memory = settings.memoryLimit ?? SystemMemory.available
        guard plan.memory <= memory else {
            throw .tooLarge(painting.size, needed: plan.memory, available: memory)
        }
        let subject = SharedSubject { [settings, network] in
            HarmonizationCheckpoint.Subject(painting, object, settings, network)
        }
        try checkpoint?.check(subject.value, schedule)
        progress(.planned(plan))
        var run = HarmonizationRun(
            from: checkpoint?.state ?? RunState(sizeIndex: schedule.compositions.count - 1), schedule, settings,
            network, subject, isCancelled: isCancelled)
        try run.runPasses(progress)
        return try result(of: run.state, schedule, plan, object, progress)
    }

    /// The pictures that the passes gave, finished for the painting.
    private func result(
        of state: RunState, _ schedule: Schedule, _ plan: HarmonizationPlan, _ object: PlacedObject,
        _ progress: (HarmonizationProgress) -> Void
    ) throws(HarmonizationError) -> HarmonizedPainting {
        // Neither is there where the run was cancelled before the first evaluation.
        guard let stage1 = state.stage1, var stage2 = state.stage2 ?? state.stage1 else { throw .cancelled }
        let composition = schedule.compositions[0]
        if settings.polishes {
            progress(.polishing)
            stage2 = Polish().polished(
                stage2, composite: composition.composite, painting: composition.painting,
                mask: composition.blendMask.thresholded(at: 0))
        }
        var result = HarmonizedPainting(
            painting: composition.painting,
            firstPatch: composition.overlay(stage1, keepingColors: settings.keepsColors),
            secondPatch: composition.overlay(stage2, keepingColors: settings.keepsColors),
            styleLevel: schedule.level, tapScale: state.tapScale, passes: state.records,
            isCancelled: state.isCancelled)
        result.warnings = HarmonizationWarning.found(in: result, plan, of: object)
        return result
    }
}
