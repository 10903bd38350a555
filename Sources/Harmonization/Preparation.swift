internal import Foundation
package import Imaging
package import NeuralNet
package import Tensors

/// What both passes need of a painting and a composite, computed once over the whole painting, and the set-up of each.
package struct Preparation: Sendable {
    package let composition: Composition
    /// The mean feature of the painting at each tap, over positions and channels.
    package let tapScale: [VGG16.Tap: Float]
    /// The network with its features divided by the tap scale, so that the losses weigh the same for every network and
    /// every painting.
    package let network: VGG16
    /// The scaled features of the painting at all taps, and of the composite at the taps of pass 1.
    package let painting, composite: [VGG16.Tap: Tensor]

    /// The part of the painting around the pixels that may change, and the network over it.
    private let region: Region
    private let local: LocalVGG16

    /// The taps whose Grams count in pass 1 and in pass 2, and whose histograms count in pass 2.
    package static let firstTaps: [VGG16.Tap] = [.relu3_1, .relu4_1, .relu5_1]
    package static let secondTaps: [VGG16.Tap] = [.relu1_1, .relu2_1, .relu3_1, .relu4_1]
    package static let histogramTaps: [VGG16.Tap] = [.relu1_1, .relu4_1]

    /// Runs `network` over the painting and the composite.
    ///
    /// Passes look afresh at `region` only, by default the loose mask's box and a pixel around it (whose differences
    /// total variation counts). Throws ``HarmonizationError/deadTap(_:)`` where a tap's mean is 0 or not finite, and
    /// ``HarmonizationError/tooLarge(_:needed:available:)`` where the whole painting's features do not fit in `memory`
    /// bytes.
    package init(
        _ composition: Composition, network: VGG16, region: Region? = nil,
        memory: Int = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    ) throws(HarmonizationError) {
        let needed = Self.memoryNeeded(composition.painting.size, network)
        guard needed <= memory else {
            throw .tooLarge(composition.painting.size, needed: needed, available: memory)
        }
        self.composition = composition
        var features = network.features(of: Tensor(composition.painting), at: VGG16.Tap.allCases)
        var scale: [VGG16.Tap: Float] = [:]
        // In the order of the taps, so that the first one that is dead is named every time.
        for tap in VGG16.Tap.allCases {
            guard let values = features[tap] else { continue }
            let mean = Float(values.sum / Double(values.count))
            guard mean.isFinite, mean > 0, (1 / mean).isFinite else { throw .deadTap(tap) }
            scale[tap] = mean
        }
        for (tap, mean) in scale { features[tap]?.scale(by: 1 / mean) }
        tapScale = scale
        painting = features
        self.network = network.dividingFeatures(by: scale)
        self.region =
            region
            ?? Region(bounding: composition.looseMask).grown(by: 1, within: .whole(of: composition.looseMask))
        let (local, whole) = self.network.local(to: self.region, of: Tensor(composition.composite))
        self.local = local
        composite = whole.filter { Self.firstTaps.contains($0.key) }
    }

    /// About how many bytes the set-up takes: for each pixel ten values of the pictures' three channels, four maps of the
    /// first layers' channels, and the features of painting and composite at the taps.
    package static func memoryNeeded(_ size: Size, _ network: VGG16) -> Int {
        let taps = network.channels.reduce(0.0) { $0 + Double($1.value) / Double(1 << (2 * $1.key.depth)) }
        let values = 30 + 4 * Double(network.channels[.relu1_1] ?? 0) + 2 * taps
        return Int(values * Double(size.width * size.height) * 4)
    }

    /// Pass 1: each tap is matched on its own, composite against painting.
    package func firstPass(weights: LossWeights) -> Pass {
        let masks = FeatureMasks.carried(composition.looseMask, to: Self.firstTaps)
        return pass(1, weights, masks, firstGrams(masks))
    }

    /// The target of each tap of pass 1: the Gram matrix, under the loose mask, of the style gathered through the match.
    package func firstGrams(_ masks: [VGG16.Tap: Mask]) -> [VGG16.Tap: Tensor] {
        let fields = firstMatches(masks)
        return masks.reduce(into: [:]) { grams, entry in
            let (tap, mask) = entry
            guard let field = fields[tap] else { preconditionFailure("no match at \(tap)") }
            let positions = mask.positions
            let style = features(painting, at: tap).rows(positions.map { field.matches[$0] })
            grams[tap] = Gram.matrix(style, weights: positions.map { mask.values[$0] })
        }
    }

    /// The field of each tap of pass 1, where the loose mask carried to it is above 0.
    package func firstMatches(_ masks: [VGG16.Tap: Mask]) -> [VGG16.Tap: MatchField] {
        masks.reduce(into: [:]) { fields, entry in
            let (tap, mask) = entry
            fields[tap] = PatchMatching.match(
                features(composite, at: tap), features(painting, at: tap), queries: mask.positions)
        }
    }

    /// Pass 2 after pass 1 gave `first`: one match at relu4_1, made consistent and carried to all taps; style
    /// positions count once.
    package func secondPass(after first: Image, weights: LossWeights, range: HistogramRange) -> Pass {
        let masks = FeatureMasks.carried(composition.looseMask, to: Self.secondTaps)
        let field = refined(secondMatch(first, masks))
        var grams: [VGG16.Tap: Tensor] = [:]
        var remaps: [VGG16.Tap: HistogramRemap] = [:]
        for tap in Self.secondTaps {
            let (style, weights) = styleFeatures(at: tap, under: keep(at: tap, through: field))
            grams[tap] = Gram.matrix(style, weights: weights)
            if Self.histogramTaps.contains(tap) {
                remaps[tap] = HistogramRemap(onto: ChannelHistogram(style), range: range)
            }
        }
        return pass(2, weights, masks, grams, remaps, smooths: true)
    }

    /// relu4_1 of pass 1's result matched against the painting, as far as refinement looks: two cells around.
    package func secondMatch(_ first: Image, _ masks: [VGG16.Tap: Mask]) -> MatchField {
        guard let mask = masks[.relu4_1] else { preconditionFailure("pass 2 reads relu4_1") }
        let a = features(network.features(of: Tensor(first), at: [.relu4_1]), at: .relu4_1)
        let b = features(painting, at: .relu4_1)
        let tight = FeatureMasks.tight(composition.mask, at: mask.size)
        let needed = Mask(
            width: mask.width, height: mask.height,
            values: zip(mask.values, tight.values).map { $0 > 0 || $1 > 0.1 ? 1 : 0 })
        return PatchMatching.match(a, b, queries: FeatureMasks.positions(within: 2, of: needed))
    }

    /// The field made consistent with the painting's colours.
    package func refined(_ field: MatchField) -> MatchField {
        let size = Size(width: field.width, height: field.height)
        return field.refined(
            guide: composition.painting.guide(of: size), tight: FeatureMasks.tight(composition.mask, at: size))
    }

    /// The match at relu4_1 carried to a tap, and the tight mask there with every style position counted once.
    package func keep(at tap: VGG16.Tap, through field: MatchField) -> (field: MatchField, mask: Mask) {
        let shape = features(painting, at: tap).shape
        let size = Size(width: shape[1], height: shape[0])
        let carried = tap == .relu4_1 ? field : field.carried(to: size)
        return (carried, carried.firstUses(tight: FeatureMasks.tight(composition.mask, at: size)))
    }

    /// The style's features that count at a tap (n×C), and the tight mask's value for each.
    package func styleFeatures(at tap: VGG16.Tap, under keep: (field: MatchField, mask: Mask))
        -> (features: Tensor, weights: [Float])
    {
        let positions = keep.mask.positions
        return (
            features(painting, at: tap).rows(positions.map { keep.field.matches[$0] }),
            positions.map { keep.mask.values[$0] }
        )
    }

    private func features(_ all: [VGG16.Tap: Tensor], at tap: VGG16.Tap) -> Tensor {
        guard let features = all[tap] else { preconditionFailure("no features were computed at \(tap)") }
        return features
    }

    private func pass(
        _ number: Int, _ weights: LossWeights, _ masks: [VGG16.Tap: Mask], _ grams: [VGG16.Tap: Tensor],
        _ remaps: [VGG16.Tap: HistogramRemap] = [:], smooths: Bool = false
    ) -> Pass {
        Pass(
            number: number, weights: weights, composition: composition, network: local, region: region, masks: masks,
            grams: grams, remaps: remaps, smooths: smooths)
    }
}
