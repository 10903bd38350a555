internal import Imaging
internal import NeuralNet
internal import Synthesis

/// The sizes of a run and the passes at each, determined from the inputs before any optimisation.
struct Schedule: Sendable {
    /// The scene at full size, at half of it each way, and so on.
    private(set) var compositions: [Composition]
    /// The passes, smallest size first.
    let rounds: [Round]
    /// The style level, given or estimated.
    let level: Double
    /// How strokes are painted; nil for the paper's method.
    let hand: Hand?
    /// The warnings about the inputs.
    private let warnings: [HarmonizationWarning]
    private let network: VGG16

    /// The passes at a size.
    struct Round: Sendable {
        /// The size, as an index into `compositions`.
        let sizeIndex: Int
        /// Pass 1 and, at the largest size, pass 2, whose evaluations are divided between matches of its features.
        let steps: [HarmonizationPlan.Step]
    }

    /// The long side that the passes work at by default: features see strokes of a painting of 700 pixels as its
    /// network was trained to, and larger sizes get their strokes by synthesis.
    private static let workingSide = 1000

    /// The least number of evaluations of pass 2 until its features are matched anew, and the most times that they are
    /// matched.
    private static let matchingInterval = 20, matchings = 5

    /// The long side at which halving stops: a little over half of the 700 pixels that the method was designed for.
    ///
    /// The receptive fields have the same size in pixels at every size, so in a reduced painting they cover larger
    /// strokes. A painting of 700 pixels has one reduced size, one of 3000 three.
    private static let longSideToKeep = 400

    /// The schedule for an object in a painting.
    ///
    /// Throws the errors of ``Composition``, and ``HarmonizationError/paintingValue(_:)`` for a value outside 0…1.
    init(_ painting: Image, _ object: PlacedObject, _ settings: Settings, _ network: VGG16) throws(HarmonizationError) {
        let matched = object.matchingColors(of: painting, by: settings.colorMatching)
        // Files never have such values, but callers may; a NaN would spread over the whole network.
        if let value = painting.values.first(where: { !(0...1).contains($0) }) { throw .paintingValue(value) }
        let level: Double =
            switch settings.styleLevel {
            case .auto where settings.usesPaperMethod: StyleLevel.estimate(of: painting)
            case .auto: StyleLevel.level(ofStrokes: StrokeStrength(of: painting, in: settings.styleRegion).value)
            case .level(let level): level
            }
        let hand = settings.usesPaperMethod ? nil : Hand(level: level, detail: settings.detail)
        let whole = try Composition(
            painting: painting, object: matched, original: settings.colorMatching > 0 ? object : nil,
            reach: network.reach)
        let larger = whole.halves(until: settings.largestSide ?? (hand == nil ? .max : Self.workingSide))
        let worked = larger.last ?? whole
        if let region = settings.styleRegion {
            let smallest = VGG16.smallestSide << larger.count
            guard Region.whole(of: painting.size).contains(region),
                min(region.size.width, region.size.height) >= smallest
            else { throw .styleRegion(region, painting: painting.size, smallest: smallest) }
        }
        let coarse = settings.coarseIterations
        let smaller = coarse == 0 ? [] : worked.halves(until: Self.longSideToKeep)
        compositions = [whole] + larger + smaller
        for index in compositions.indices { compositions[index].releaseObject() }
        rounds = ([worked] + smaller).enumerated().reversed().map { place, composition in
            let index = larger.count + place
            func step(_ pass: Int, _ evaluations: Int, _ weights: LossWeights) -> HarmonizationPlan.Step {
                HarmonizationPlan.Step(
                    pass: pass, reduction: 1 << index, painting: composition.painting.size,
                    crop: composition.looseMask.size, variables: composition.looseMask.pixelCount,
                    evaluations: evaluations, weights: weights,
                    cost: TimeEstimate(pass: pass, composition, network))
            }
            let iterations = settings.iterations ?? Iterations(0), pass1 = settings.pass1Weights(level: level)
            guard let hand else {
                // Without iterations, the losses at the start are what is asked for.
                let smoothness = LossWeights.smoothness(medianVariation: composition.painting.medianVariation)
                return Round(
                    sizeIndex: index,
                    steps: [
                        step(1, max(1, iterations.pass1), pass1),
                        step(
                            2, max(1, iterations.pass2), settings.pass2Weights(level: level, smoothness: smoothness)),
                    ])
            }
            var counts = [place == 0 ? iterations.pass1 : coarse]
            if place == 0, hand.paintsStrokes {
                let count = iterations.pass2
                let interval = max(Self.matchingInterval, count / Self.matchings + (count % Self.matchings).signum())
                counts += (0..<Self.matchings).map { min(interval, max(0, count - $0 * interval)) }
            }
            let weights = settings.pass2Weights(of: hand)
            return Round(
                sizeIndex: index,
                steps: counts.enumerated().filter { $1 > 0 }.map { $0 == 0 ? step(1, $1, pass1) : step(2, $1, weights) }
            )
        }
        self.hand = hand
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
    var plan: HarmonizationPlan {
        let whole = compositions[0]
        return HarmonizationPlan(
            painting: whole.painting.size, styleLevel: level, steps: rounds.flatMap(\.steps),
            memory: MemoryEstimate.bytes(of: self, network), warnings: warnings,
            rest: TimeEstimate.rest(self))
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
