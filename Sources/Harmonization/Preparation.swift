package import Imaging
package import NeuralNet
package import Tensors

/// What both passes need of a painting and a composite, computed once over the whole painting, and the set-up of each.
package struct Preparation: Sendable {
    package let composition: Composition
    package let network: ScaledNetwork
    /// The scaled features of the painting at all taps, and of the composite at the taps of pass 1.
    package let painting, composite: [VGG16.Tap: Tensor]

    /// The taps whose Grams count in pass 1 and in pass 2, and whose histograms count in pass 2.
    package static let firstTaps: [VGG16.Tap] = [.relu3_1, .relu4_1, .relu5_1]
    package static let secondTaps: [VGG16.Tap] = [.relu1_1, .relu2_1, .relu3_1, .relu4_1]
    package static let histogramTaps: [VGG16.Tap] = [.relu1_1, .relu4_1]

    /// Runs `network` over the painting and the composite.
    package init(_ composition: Composition, network: VGG16) throws(HarmonizationError) {
        self.composition = composition
        (self.network, painting) = try ScaledNetwork.scaled(network, to: Tensor(composition.painting))
        composite = self.network.features(of: Tensor(composition.composite), at: Self.firstTaps)
    }

    /// Pass 1: each tap is matched on its own, composite against painting.
    package func firstPass(weights: LossWeights) -> Pass {
        let masks = FeatureMasks.carried(composition.looseMask, to: Self.firstTaps)
        return pass(1, weights, masks, firstGrams(masks))
    }

    /// The target of each tap of pass 1: the Gram matrix, under the loose mask, of the style gathered through the match.
    package func firstGrams(_ masks: [VGG16.Tap: Mask]) -> [VGG16.Tap: Tensor] {
        firstMatches(masks).reduce(into: [:]) { grams, match in
            guard let style = painting[match.key], let mask = masks[match.key] else { return }
            grams[match.key] = Gram.matrix(style.rows(match.value.matches), mask: mask.values)
        }
    }

    /// The field of each tap of pass 1, where the loose mask carried to it is above 0.
    package func firstMatches(_ masks: [VGG16.Tap: Mask]) -> [VGG16.Tap: MatchField] {
        masks.reduce(into: [:]) { fields, mask in
            guard let a = composite[mask.key], let b = painting[mask.key] else { return }
            fields[mask.key] = PatchMatching.match(
                a, b, queries: mask.value.values.indices.filter { mask.value.values[$0] > 0 })
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
            let (style, keep) = styleFeatures(at: tap, through: field)
            grams[tap] = Gram.matrix(style, mask: keep.values)
            if Self.histogramTaps.contains(tap) {
                remaps[tap] = HistogramRemap(onto: Self.histogram(style, keep), range: range)
            }
        }
        return pass(2, weights, masks, grams, remaps, smooths: true)
    }

    /// relu4_1 of pass 1's result matched against the painting, as far as refinement looks: two cells around.
    package func secondMatch(_ first: Image, _ masks: [VGG16.Tap: Mask]) -> MatchField {
        guard let b = painting[.relu4_1], let mask = masks[.relu4_1],
            let a = network.features(of: Tensor(first), at: [.relu4_1])[.relu4_1]
        else { preconditionFailure("pass 2 reads relu4_1") }
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

    /// The style's features at a tap gathered through `field`, the match at relu4_1 (N×C), and the tight mask under
    /// which each position counts once.
    package func styleFeatures(at tap: VGG16.Tap, through field: MatchField) -> (features: Tensor, keep: Mask) {
        guard let style = painting[tap] else { preconditionFailure("no features of the painting at \(tap)") }
        let size = Size(width: style.shape[1], height: style.shape[0])
        let carried = tap == .relu4_1 ? field : field.carried(to: size)
        let keep = carried.firstUses(tight: FeatureMasks.tight(composition.mask, at: size))
        return (style.rows(carried.matches), keep)
    }

    /// The histogram of the style's features that count.
    package static func histogram(_ features: Tensor, _ keep: Mask) -> ChannelHistogram {
        ChannelHistogram(features.rows(keep.values.indices.filter { keep.values[$0] >= 0.1 }))
    }

    private func pass(
        _ number: Int, _ weights: LossWeights, _ masks: [VGG16.Tap: Mask], _ grams: [VGG16.Tap: Tensor],
        _ remaps: [VGG16.Tap: HistogramRemap] = [:], smooths: Bool = false
    ) -> Pass {
        guard let contentTarget = composite[.relu4_1] else { preconditionFailure("pass 1 reads relu4_1") }
        return Pass(
            number: number, weights: weights, composition: composition, network: network, masks: masks,
            contentTarget: contentTarget, grams: grams, remaps: remaps, smooths: smooths)
    }
}
