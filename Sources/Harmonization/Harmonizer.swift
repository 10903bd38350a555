public import Imaging
public import NeuralNet
internal import Tensors

/// Repaints an object that was pasted into a painting in the painting's own hand.
///
///     let painting = try Picture.read("starry-night.jpg").flattened
///     let cup = try Picture.read("coffee-cup.png").flattened
///     let mask = try Picture.read("coffee-cup-mask.png").mask
///     let placed = try PlacedObject(cup, mask: mask, in: painting.size, Placement(at: .init(x: 420, y: 330), scale: 0.5))
///     let result = try Harmonizer().harmonize(painting, with: placed)
///     try result.stage2.write(to: "stage2.png")
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

    /// Repaints `object` in `painting`, reporting to `progress` from the calling thread.
    ///
    /// Where the object's blurred mask is 0 both results are the painting, to the bit.
    ///
    /// Throws ``HarmonizationError``.
    public func harmonize(
        _ painting: Image, with object: PlacedObject, progress: (HarmonizationProgress) -> Void = { _ in }
    )
        throws(HarmonizationError) -> HarmonizedPainting
    {
        try Parallel.$threads.withValue(settings.threads ?? Parallel.threads) {
            Result { () throws(HarmonizationError) in try work(painting, object, progress) }
        }.get()
    }

    private func work(_ painting: Image, _ object: PlacedObject, _ progress: (HarmonizationProgress) -> Void)
        throws(HarmonizationError) -> HarmonizedPainting
    {
        // Memory that waits to be used again is of no use to the caller.
        defer { TensorPool.shared.drain() }
        let object = object.matchingColors(of: painting, by: settings.colorMatching)
        let composition = try Composition(painting: painting, object: object)
        let level: Double =
            switch settings.styleLevel {
            case .auto: StyleLevel.estimate(of: painting)
            case .level(let level): level
            }
        var repainting = try repaint(composition, level: level, reduction: 1, progress)
        if settings.polishes {
            repainting.second = Polish().polished(
                repainting.second, composite: composition.composite, painting: painting,
                mask: composition.blendMask.thresholded(at: 0))
        }
        if settings.keepsColors {
            repainting.first = repainting.first.keepingColors(of: composition.composite)
            repainting.second = repainting.second.keepingColors(of: composition.composite)
        }
        return HarmonizedPainting(
            painting: painting, firstPatch: composition.blend(repainting.first),
            secondPatch: composition.blend(repainting.second), styleLevel: level, tapScale: repainting.tapScale,
            passes: repainting.records)
    }

    /// What both passes made of a scene: pictures of the crop's size, not blended.
    private struct Repainting {
        var first, second: Image
        let tapScale: [VGG16.Tap: Float]
        let records: [PassRecord]
    }

    /// Runs both passes on a scene, after the same on the scene at half the size.
    private func repaint(
        _ composition: Composition, level: Double, reduction: Int, _ progress: (HarmonizationProgress) -> Void
    ) throws(HarmonizationError) -> Repainting {
        let coarseIterations = settings.coarseIterations
        let iterations = reduction == 1 ? settings.iterations : coarseIterations ?? (0, 0)
        var start = composition.composite
        var records: [PassRecord] = []
        if coarseIterations != nil, let half = composition.halved,
            // A size at which the network sees nothing is left out.
            let coarse = try? repaint(half, level: level, reduction: 2 * reduction, progress)
        {
            start = composition.carried(coarse.second, from: half)
            records = coarse.records
        }

        var clock = Stopwatch()
        let preparation = try Preparation(composition, network: network, isFaithful: settings.isFaithful)
        let (first, firstRecord) = run(
            preparation.firstPass(weights: settings.firstWeights(level: level)), of: composition, from: start,
            iterations.first, reduction, clock, progress)

        clock = Stopwatch()
        let calm = Settings.calm(medianVariation: composition.painting.medianVariation)
        let secondPass = preparation.secondPass(
            after: composition.painting(with: composition.blend(first)),
            weights: settings.secondWeights(level: level, calm: calm), range: settings.histogramRange)
        let (second, secondRecord) = run(
            secondPass, of: composition, from: start, iterations.second, reduction, clock, progress)
        return Repainting(
            first: first, second: second, tapScale: preparation.tapScale,
            records: records + [firstRecord, secondRecord])
    }

    private func run(
        _ pass: Pass, of composition: Composition, from start: Image, _ iterations: Int, _ reduction: Int,
        _ clock: Stopwatch, _ progress: (HarmonizationProgress) -> Void
    ) -> (Image, PassRecord) {
        // The evaluations need other sizes than the set-up.
        TensorPool.shared.drain()
        let (picture, evaluations, ended) = pass.run(from: start, iterations: iterations) { evaluation, losses in
            progress(
                .evaluated(
                    pass: pass.number, reduction: reduction, evaluation: evaluation, limit: max(1, iterations),
                    losses: losses, seconds: clock.seconds))
        }
        let record = PassRecord(
            pass: pass.number, reduction: reduction, weights: pass.weights, seconds: clock.seconds, ended: ended,
            evaluations: evaluations)
        progress(.finished(record, composition.blend(picture)))
        return (picture, record)
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
