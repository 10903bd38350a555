internal import Imaging
internal import NeuralNet

/// The sizes of a run and the passes at each, determined from the inputs before any optimisation.
struct Schedule: Sendable {
    /// The scene at full size, at half of it each way, and so on.
    private(set) var compositions: [Composition]
    /// The passes, smallest size first.
    let rounds: [Round]
    /// The style level, given or estimated.
    let level: Double
    /// The warnings about the inputs.
    private let warnings: [HarmonizationWarning]
    private let network: VGG16

    /// Both passes at a size.
    struct Round: Sendable {
        /// The size, as an index into `compositions`.
        let sizeIndex: Int
        let pass1, pass2: HarmonizationPlan.Step
    }

    /// The long side at which halving stops: a little over half of the 700 pixels that the method was designed for.
    ///
    /// The receptive fields have the same size in pixels at every size, so in a reduced painting they cover larger
    /// strokes. A painting of 700 pixels has one reduced size, one of 3000 three.
    private static let longSideToKeep = 400

    /// The schedule for an object in a painting.
    ///
    /// Throws the errors of ``Composition``, and ``HarmonizationError/paintingValue(_:)`` for a value outside 0…1.
    init(_ painting: Image, _ object: PlacedObject, _ settings: Settings, _ network: VGG16) throws(HarmonizationError) {
        // Files never have such values, but callers may; a NaN would spread over the whole network.
        if let value = painting.values.first(where: { !(0...1).contains($0) }) { throw .paintingValue(value) }
        let level: Double =
            switch settings.styleLevel {
            case .auto: StyleLevel.estimate(of: painting)
            case .level(let level): level
            }
        let whole = try Composition(painting: painting, object: object, reach: network.reach)
        let larger = whole.halves(until: settings.largestSide ?? .max)
        let worked = larger.last ?? whole
        let coarse = settings.coarseIterations
        let smaller = coarse == nil ? [] : worked.halves(until: Self.longSideToKeep)
        compositions = [whole] + larger + smaller
        for index in compositions.indices { compositions[index].releaseObject() }
        rounds = ([worked] + smaller).enumerated().reversed().map { place, composition in
            let index = larger.count + place
            let iterations = place == 0 ? settings.iterations : coarse ?? Iterations(0)
            let smoothness = LossWeights.smoothness(medianVariation: composition.painting.medianVariation)
            func step(_ pass: Int, _ iterations: Int, _ weights: LossWeights) -> HarmonizationPlan.Step {
                HarmonizationPlan.Step(
                    pass: pass, reduction: 1 << index, painting: composition.painting.size,
                    crop: composition.looseMask.size, variables: composition.looseMask.pixelCount,
                    evaluations: max(1, iterations), weights: weights,
                    cost: TimeEstimate(pass: pass, composition, network))
            }
            return Round(
                sizeIndex: index,
                pass1: step(1, iterations.pass1, settings.pass1Weights(level: level)),
                pass2: step(2, iterations.pass2, settings.pass2Weights(level: level, smoothness: smoothness)))
        }
        self.level = level
        warnings = HarmonizationWarning.found(in: painting, object)
        self.network = network
    }

    /// Releases what is not needed any more once the passes at a size are done.
    mutating func finish(_ round: Round) { if round.sizeIndex > 0 { compositions[round.sizeIndex].releasePainting() } }

    /// A picture of the crop at one size, at a larger one (places among `compositions`).
    func carried(_ picture: Image, from index: Int, to target: Int) -> Image {
        (target..<index).reversed().reduce(picture) { compositions[$1].carried($0, from: compositions[$1 + 1]) }
    }

    /// The schedule as a public plan, with its estimates.
    func plan(polishes: Bool) -> HarmonizationPlan {
        let whole = compositions[0]
        return HarmonizationPlan(
            painting: whole.painting.size, styleLevel: level, steps: rounds.flatMap { [$0.pass1, $0.pass2] },
            memory: MemoryEstimate.bytes(of: self, network), warnings: warnings,
            rest: TimeEstimate.rest(whole, polishes: polishes))
    }
}

extension Composition {
    /// The scene at half the size, at a quarter and so on, until the painting's long side is at most `side`; fewer
    /// where the painting or the object becomes too small.
    fileprivate func halves(until side: Int) -> [Composition] {
        var halves: [Composition] = []
        var last = self
        while max(last.painting.width, last.painting.height) > side, let half = last.halved {
            halves.append(half)
            last = half
        }
        return halves
    }
}
