package import Imaging
package import NeuralNet
package import Tensors

/// The targets of both passes: masks, matches, Gram matrices and histograms.
///
/// The painting is passed through the network in bands, three times: to match the composite, to match the result of
/// pass 1, and for the style features of pass 2; no band is kept. Of the composite, only the crop is passed through it.
package struct StyleTargets: Sendable {
    package let composition: Composition
    /// The mean feature of the painting at each tap, over positions and channels. Features are divided by it, so that
    /// weights of losses mean the same for every network and painting.
    package let tapScale: [VGG16.Tap: Float]
    /// The matches of each tap of pass 1, where the loose mask at the tap is above 0.
    package let firstMatches: [VGG16.Tap: FeatureNearestNeighborField]
    /// The target of each tap of pass 1: the Gram matrix, under the loose mask, of the matched style features.
    package let firstGrams: [VGG16.Tap: Tensor]

    /// The loose mask at each tap, and the tight mask at each tap of pass 2.
    let looseMasks: [VGG16.Tap: Mask]
    private let tightMasks: [VGG16.Tap: Mask]
    /// The network with its features divided by the tap scale.
    package let network: VGG16
    private let usesPaperMethod: Bool
    let isCancelled: @Sendable () -> Bool
    /// The part of the crop around the pixels that may change, and the network over it.
    let region: Region
    let local: LocalVGG16

    /// The taps of the style losses in pass 1 and in pass 2, and of the histogram losses in pass 2.
    package static let firstTaps: [VGG16.Tap] = [.relu3_1, .relu4_1, .relu5_1]
    package static let secondTaps: [VGG16.Tap] = [.relu1_1, .relu2_1, .relu3_1, .relu4_1]
    package static let histogramTaps: [VGG16.Tap] = [.relu1_1, .relu4_1]

    /// Runs `network` over the painting and the composite's crop.
    ///
    /// With `usesPaperMethod` the passes are the paper's: all taps have equal weight, and colours are unconstrained.
    /// With `matchesFirstPass` false, only passes with matched features can be made: nothing is matched for pass 1, and
    /// relu5_1 is not read. With `styleRegion`, in pixels of the painting, that part alone is matched for pass 1, and
    /// gives the tap scale; each side must have ``VGG16/smallestSide``.
    ///
    /// Evaluations compute `region` of the crop only, by default the loose mask's bounding box grown by one pixel (for
    /// the differences in total variation). Throws ``HarmonizationError/deadTap(_:)`` where a tap's mean is 0 or not
    /// finite, and ``HarmonizationError/cancelled`` where `isCancelled` is true at a band.
    package init(
        _ composition: Composition, network: VGG16, usesPaperMethod: Bool = false, region: Region? = nil,
        matchesFirstPass: Bool = true, styleRegion: Region? = nil,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(HarmonizationError) {
        self.composition = composition
        self.usesPaperMethod = usesPaperMethod
        self.isCancelled = isCancelled
        self.region = region ?? composition.evaluated
        looseMasks = FeatureMasks.carried(composition.looseMask, to: VGG16.Tap.allCases, of: network)
        tightMasks = Self.secondTaps.reduce(into: [:]) { $0[$1] = FeatureMasks.tight(composition, at: $1) }
        let composite = Tensor(composition.composite)
        let taps = matchesFirstPass ? VGG16.Tap.allCases : Self.secondTaps
        let styleRegion = styleRegion ?? .whole(of: composition.painting.size)
        let reading = try FirstReading(
            of: composition, styleRegion, network, at: taps,
            matchesFirstPass ? network.features(of: composite, at: Self.firstTaps) : [:], looseMasks, isCancelled)
        var scale: [VGG16.Tap: Float] = [:]
        // In the order of the taps, so that the error always names the first dead one.
        for tap in taps {
            let mean = Float(reading.means[tap] ?? 0)
            guard mean.isFinite, mean > 0, (1 / mean).isFinite else { throw .deadTap(tap) }
            scale[tap] = mean
        }
        tapScale = scale
        self.network = network.dividingFeatures(by: scale)
        local = self.network.local(to: self.region, of: composite).network
        var fields: [VGG16.Tap: FeatureNearestNeighborField] = [:], grams: [VGG16.Tap: Tensor] = [:]
        for (tap, matching) in reading.matchings {
            guard let mask = looseMasks[tap], let scale = scale[tap] else { continue }
            let positions = mask.positions
            var (matches, style) = matching.result
            let frame = StyleFrame(of: styleRegion, at: tap, composition)
            fields[tap] = composition.field(at: tap, positions, matches.map(frame.whole))
            style.scale(by: 1 / scale)
            grams[tap] = Gram.matrix(style, weights: positions.map { mask.values[$0] })
        }
        (firstMatches, firstGrams) = (fields, grams)
    }

    /// Pass 1: each tap of the composite is matched with the painting independently.
    package func firstPass(weights: LossWeights) -> Pass {
        pass(1, weights, firstGrams)
    }

    /// Pass 2, given pass 1's result `first` in the crop: one field at relu4_1, made consistent and resampled to all
    /// taps, with each style position used once.
    ///
    /// Throws ``HarmonizationError/cancelled``.
    package func secondPass(after first: Image, weights: LossWeights, range: HistogramRange)
        throws(HarmonizationError) -> Pass
    {
        let field = refined(try secondMatch(first))
        let keeps = Self.secondTaps.reduce(into: [:]) { $0[$1] = keep(at: $1, through: field) }
        var grams: [VGG16.Tap: Tensor] = [:]
        var remaps: [VGG16.Tap: HistogramRemap] = [:]
        for (tap, style) in try styleFeatures(keeps) {
            grams[tap] = Gram.matrix(style.features, weights: style.weights)
            if Self.histogramTaps.contains(tap) {
                remaps[tap] = HistogramRemap(onto: ChannelHistogram(style.features), range: range)
            }
        }
        return pass(2, weights, grams, remaps, smooths: true)
    }

    /// The field of relu4_1 of pass 1's result, at the positions that refinement reads: the masks dilated by 2.
    package func secondMatch(_ first: Image) throws(HarmonizationError) -> FeatureNearestNeighborField {
        let tap = VGG16.Tap.relu4_1, mask = looseMask(at: tap)
        guard let map = network.features(of: Tensor(first), at: [tap])[tap] else {
            preconditionFailure("pass 2 reads relu4_1")
        }
        let needed = Mask(
            width: mask.width, height: mask.height,
            values: zip(mask.values, tightMask(at: tap).values).map { $0 > 0 || $1 > 0.1 ? 1 : 0 })
        let queries = needed.dilated(by: 2).positions
        var matching = CosinePatchSearch(map, queries: queries, in: composition.size(of: tap))
        try network.bands(of: composition.painting, at: [tap], isCancelled) { _, _, band in matching.add(band) }
        return composition.field(at: tap, queries, matching.result.matches)
    }

    /// The field made consistent with the painting's colours.
    package func refined(_ field: FeatureNearestNeighborField) -> FeatureNearestNeighborField {
        field.refined(
            guide: composition.painting.guide(of: Size(width: field.width, height: field.height)),
            tight: tightMask(at: .relu4_1))
    }

    /// The field of relu4_1 resampled to a tap, and the tight mask there with each style position used once.
    package func keep(at tap: VGG16.Tap, through field: FeatureNearestNeighborField) -> (
        field: FeatureNearestNeighborField, mask: Mask
    ) {
        let carried =
            tap == .relu4_1 ? field : field.carried(to: composition.size(of: tap), region: composition.crop(at: tap))
        return (carried, carried.firstUses(tight: tightMask(at: tap)))
    }

    /// The matched style features at each tap (n×C), divided by the tap scale, and the tight mask's value for each.
    package func styleFeatures(_ keeps: [VGG16.Tap: (field: FeatureNearestNeighborField, mask: Mask)])
        throws(HarmonizationError) -> [VGG16.Tap: (features: Tensor, weights: [Float])]
    {
        var gatherings = keeps.reduce(into: [VGG16.Tap: RowGathering]()) { gatherings, entry in
            let (tap, keep) = entry
            gatherings[tap] = RowGathering(
                keep.mask.positions.map { keep.field.matches[$0] }, channels: network.channels[tap] ?? 0)
        }
        try network.bands(of: composition.painting, at: Array(keeps.keys), isCancelled) { tap, first, band in
            gatherings[tap]?.add(band, first: first)
        }
        return keeps.reduce(into: [:]) { styles, entry in
            let (tap, keep) = entry
            styles[tap] = gatherings.removeValue(forKey: tap).map {
                ($0.rows, keep.mask.positions.map { keep.mask.values[$0] })
            }
        }
    }

    private func pass(
        _ number: Int, _ weights: LossWeights, _ grams: [VGG16.Tap: Tensor],
        _ remaps: [VGG16.Tap: HistogramRemap] = [:], smooths: Bool = false
    ) -> Pass {
        Pass(
            number: number, weights: weights, composition: composition, network: local, region: region,
            masks: looseMasks, grams: grams, remaps: remaps, smooths: smooths,
            variables: usesPaperMethod ? .colors : .smoothColors)
    }

    private func looseMask(at tap: VGG16.Tap) -> Mask { Self.mask(looseMasks, tap) }
    private func tightMask(at tap: VGG16.Tap) -> Mask { Self.mask(tightMasks, tap) }

    private static func mask(_ masks: [VGG16.Tap: Mask], _ tap: VGG16.Tap) -> Mask {
        guard let mask = masks[tap] else { preconditionFailure("no mask at \(tap)") }
        return mask
    }
}

/// The first of the three passes of the painting through the network: the tap scale and the matches of pass 1.
private struct FirstReading {
    /// The mean feature at each tap.
    private(set) var means: [VGG16.Tap: Double] = [:]
    /// The search at each tap of pass 1.
    private(set) var matchings: [VGG16.Tap: CosinePatchSearch] = [:]

    /// Matches the `composite`'s features, where the masks are above 0, with the painting's in `region`.
    init(
        of composition: Composition, _ region: Region, _ network: VGG16, at taps: [VGG16.Tap],
        _ composite: [VGG16.Tap: Tensor], _ masks: [VGG16.Tap: Mask], _ isCancelled: () -> Bool
    ) throws(HarmonizationError) {
        for (tap, features) in composite {
            guard let mask = masks[tap] else { continue }
            matchings[tap] = CosinePatchSearch(features, queries: mask.positions, in: region.halved(tap.depth).size)
        }
        var sums: [VGG16.Tap: Double] = [:], counts: [VGG16.Tap: Int] = [:]
        try network.bands(of: composition.painting, in: region, at: taps, isCancelled) { tap, _, band in
            sums[tap, default: 0] += band.sum
            counts[tap, default: 0] += band.count
            matchings[tap]?.add(band)
        }
        for (tap, sum) in sums { means[tap] = sum / Double(counts[tap] ?? 1) }
    }
}

extension VGG16 {
    /// The approximate number of pixels of a band, which is whole rows of the painting.
    package static let bandPixels = 1 << 18

    /// The features of a picture at `taps`, or the part of them that a region of the picture has, in bands of about
    /// `pixels` pixels. What lies around the region counts.
    ///
    /// `body` is given the tap, the first row (of the region's) and the rows, n×W×C. Throws
    /// ``HarmonizationError/cancelled`` where `isCancelled` is true at a band.
    func bands(
        of picture: Image, in region: Region? = nil, at taps: [Tap], pixels: Int = bandPixels,
        _ isCancelled: () -> Bool, _ body: (Tap, Int, Tensor) -> Void
    ) throws(HarmonizationError) {
        let frame = Region.whole(of: picture.size), region = region ?? frame
        // As far as the region's features reach, on the grid of the poolings.
        let around = region.grown(by: reach, within: frame).aligned(to: 4, within: frame)
        let width = around.columns.count, top = around.rows.lowerBound
        try bands(
            height: around.rows.count, width: width, rows: max(16, pixels / width), at: taps,
            of: {
                let rows = top + $0.lowerBound..<top + $0.upperBound
                return Tensor(Region(columns: around.columns, rows: rows).part(of: picture))
            }
        ) { (tap, first, band) throws(HarmonizationError) in
            guard !isCancelled() else { throw .cancelled }
            let wanted = region.halved(tap.depth).seen(from: around.halved(tap.depth).origin)
            let rows = wanted.rows.clamped(to: first..<first + band.shape[0])
            guard !rows.isEmpty else { return }
            let part = Region(columns: wanted.columns, rows: rows.lowerBound - first..<rows.upperBound - first)
            body(tap, rows.lowerBound - wanted.rows.lowerBound, part == .whole(of: band) ? band : part.part(of: band))
        }
    }
}
