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
/// and gives a robust start; pass 2 carries one consistent match through all taps.
public struct Harmonizer: Sendable {
    private let network: VGG16
    private let settings: Settings

    /// A harmonizer that sees through `network`. Every value of `settings` lies in its range.
    public init(network: VGG16 = .builtIn, settings: Settings = Settings()) {
        precondition(settings.areValid, "settings out of range: \(settings)")
        self.network = network
        self.settings = settings
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
        var clock = Stopwatch()
        let composition = try Composition(painting: painting, object: object)
        let preparation = try Preparation(composition, network: network)
        let (first, firstRecord) = run(
            preparation.firstPass(weights: settings.firstWeights), settings.iterations.first, clock, progress)

        clock = Stopwatch()
        let calm = Settings.calm(medianVariation: painting.medianVariation)
        let secondPass = preparation.secondPass(
            after: composition.painting(with: first), weights: settings.secondWeights(calm: calm),
            range: settings.histogramRange)
        let (second, secondRecord) = run(secondPass, settings.iterations.second, clock, progress)
        return HarmonizedPainting(
            painting: painting, firstPatch: first, secondPatch: second, tapScale: preparation.tapScale,
            passes: [firstRecord, secondRecord])
    }

    private func run(_ pass: Pass, _ iterations: Int, _ clock: Stopwatch, _ progress: (HarmonizationProgress) -> Void)
        -> (Patch, PassRecord)
    {
        // The evaluations need other sizes than the set-up.
        TensorPool.shared.drain()
        let (patch, evaluations, ended) = pass.run(iterations: iterations) { evaluation, losses in
            progress(
                .evaluated(
                    pass: pass.number, evaluation: evaluation, limit: max(1, iterations), losses: losses,
                    seconds: clock.seconds))
        }
        let record = PassRecord(
            pass: pass.number, weights: pass.weights, seconds: clock.seconds, ended: ended, evaluations: evaluations)
        progress(.finished(record, patch))
        return (patch, record)
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
