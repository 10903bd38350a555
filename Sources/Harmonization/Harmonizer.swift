public import Imaging
public import NeuralNet
internal import Tensors

/// Repaints an object that was pasted into a painting in the painting's style.
///
///     let painting = try Picture.read("starry-night.jpg"), cup = try Picture.read("coffee-cup.png").image
///     let mask = try Picture.read("coffee-cup-mask.png").mask
///     let placed = try PlacedObject(
///         cup, mask: mask, in: painting.image.size, Placement(at: .init(x: 420, y: 330), scale: 0.5))
///     let result = try Harmonizer().harmonize(painting.flattened, with: placed)
///     try painting.write(with: result.stage2Overlay, to: "stage2.png")
///
/// The method is Deep Painterly Harmonization (Luan, Paris, Shechtman and Bala 2018): the object's pixels are optimised
/// so that their features in a pretrained network keep the object's content and take on the painting's style. Pass 1
/// matches each tap independently, which moves things and gives them their tone. Then the object is put together from
/// pieces of the painting, and pass 2 and another synthesis make them strokes that show the object (``Hand``). With
/// ``Settings/usesPaperMethod`` pass 2 is the paper's.
public struct Harmonizer: Sendable {
    let network: VGG16
    let settings: Settings

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

    /// The passes, peak memory and time of ``harmonize(_:with:from:progress:isCancelled:)``, without running it.
    ///
    /// Throws ``HarmonizationError`` where the pictures cannot be harmonized; never `tooLarge`.
    public func plan(_ painting: Image, with object: PlacedObject) throws(HarmonizationError) -> HarmonizationPlan {
        try Schedule(painting, object, settings, network).plan
    }

    /// Repaints `object` in `painting`.
    ///
    /// Blocks the calling thread until the end; ``start(_:with:from:)`` does not. Where the object's blurred mask is 0,
    /// both results equal the painting to the bit. Cancelling takes effect at the next evaluation or band of the
    /// painting: the result is then the best so far.
    ///
    /// Each reported evaluation has a ``HarmonizationProgress/Evaluation/checkpoint``. A harmonization that continues
    /// from it with the same painting, object, settings and network ends with the same result, to the bit.
    ///
    /// Throws ``HarmonizationError``.
    /// - Parameters:
    ///   - painting: the painting, of the size the object is placed in, with values in 0…1.
    ///   - object: the object in its place.
    ///   - checkpoint: the state to continue from; nil: the beginning.
    ///   - progress: called with each report, on the calling thread.
    ///   - isCancelled: polled on the calling thread; true ends the run. By default, whether the task is cancelled.
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
        // The caller has no use for pooled memory.
        defer { MemoryPool.shared.drain() }
        let schedule = try Schedule(painting, object, settings, network)
        let plan = schedule.plan
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
            from: checkpoint?.state ?? RunState(sizeIndex: schedule.compositions.count - 1), consume schedule, settings,
            network, subject, isCancelled: isCancelled)
        try run.run(progress)
        return try result(of: run.state, run.schedule, plan, object)
    }

    /// The result, blended with the painting and checked for warnings.
    private func result(
        of state: RunState, _ schedule: Schedule, _ plan: HarmonizationPlan, _ object: PlacedObject
    ) throws(HarmonizationError) -> HarmonizedPainting {
        let composition = schedule.compositions[0]
        // Without iterations of pass 1, its result is the composite.
        let stage1 = state.stage1 ?? (plan.steps.contains { $0.pass == 1 } ? nil : composition.composite)
        // Both are nil where the run was cancelled before the first evaluation.
        guard let stage1, let stage2 = state.stage2 ?? state.stage1 else { throw .cancelled }
        var result = HarmonizedPainting(
            painting: composition.painting,
            stage1Overlay: composition.overlay(stage1, keepingColors: settings.keepsColors),
            stage2Overlay: composition.overlay(stage2, keepingColors: settings.keepsColors),
            styleLevel: schedule.level, tapScale: state.tapScale, passes: state.records,
            isCancelled: state.isCancelled)
        result.warnings = HarmonizationWarning.found(in: result, plan, of: object)
        return result
    }
}
