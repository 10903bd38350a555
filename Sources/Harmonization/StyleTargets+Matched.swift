package import Imaging
package import NeuralNet
internal import Tensors

extension StyleTargets {
    /// The taps of the matched-feature losses: matches are searched everywhere at the second, and near those at the
    /// first.
    package static let matchedTaps: [VGG16.Tap] = [.relu2_1, .relu3_1]

    /// The loose mask's value at a tap from which on a patch is matched.
    private static let matchedThreshold: Float = 0.3

    /// The style of the painting, or of a region of it (in its pixels), that matched passes are made from.
    ///
    /// Throws ``HarmonizationError/cancelled``.
    package func style(of region: Region? = nil) throws(HarmonizationError) -> PaintingStyle {
        try PaintingStyle(
            of: composition.painting, in: region, network: network, searching: Self.matchedTaps,
            isCancelled: isCancelled)
    }

    /// A pass that moves the lightness of `start` (in the crop) towards the `style`'s own patches: content at relu4_1,
    /// the Gram matrices of all of the style, and matched features.
    ///
    /// The patches of relu3_1 are matched with the most similar ones of the style, those of relu2_1 with the most
    /// similar near the matches carried from relu3_1. Matches are those of `start`: from time to time a new pass should
    /// be made from the last one's result.
    ///
    /// Throws ``HarmonizationError/cancelled``.
    package func matchedPass(
        from start: Image, towards style: PaintingStyle, weights: LossWeights = .matched
    ) throws(HarmonizationError) -> Pass {
        Pass(
            number: 2, weights: weights, composition: composition, network: local, region: region, masks: looseMasks,
            grams: style.grams, matched: try matchedLosses(from: start, style),
            variables: .lightness)
    }

    /// The matched-feature loss at each of its taps.
    func matchedLosses(
        from start: Image, _ style: PaintingStyle
    ) throws(HarmonizationError) -> [VGG16.Tap: MatchedFeatureLoss] {
        let (fine, coarse) = (Self.matchedTaps[0], Self.matchedTaps[1])
        // The local features are all that patches of the loose mask read: beyond their region there is only the frame's
        // edge, as the mask fades out in it.
        let features = local.features(of: Tensor(region.part(of: start)), at: Self.matchedTaps)
        guard let fineMap = features[fine], let coarseMap = features[coarse] else {
            preconditionFailure("the network gave no features to match")
        }
        let finePlaces = LocalPositions(of: self, at: fine, above: Self.matchedThreshold)
        let coarsePlaces = LocalPositions(of: self, at: coarse, above: Self.matchedThreshold)
        // A patch of the finer tap starts from the match of the coarser position that it lies in.
        let cells = finePlaces.positions.map { coarsePlaces.cell(of: $0, in: finePlaces) }
        let queries = Set(coarsePlaces.positions).union(cells).sorted()

        let coarseStyle = StyleFrame(of: style.region, at: coarse, composition)
        var search = CosinePatchSearch(coarseMap, queries: queries, in: coarseStyle.region.size)
        try style.bands(at: [coarse]) { _, _, band in search.add(band) }
        let matches = search.result.matches
        var field = FeatureNearestNeighborField(
            width: coarsePlaces.size.width, height: coarsePlaces.size.height, region: coarsePlaces.region)
        for (query, match) in zip(queries, matches) { field.matches[query] = coarseStyle.whole(match) }
        let carried = field.carried(to: finePlaces.size, region: finePlaces.region)
        let fineStyle = StyleFrame(of: style.region, at: fine, composition)
        let guesses = finePlaces.positions.map { fineStyle.nearest(carried.matches[$0]) }

        let isMatched = Set(coarsePlaces.positions)
        let coarseMatches = zip(queries, matches).filter { isMatched.contains($0.0) }.map(\.1)
        var coarseRows = RowGathering(
            around: coarseMatches, radius: 1, in: coarseStyle.region.size, channels: coarseMap.shape[2])
        var fineRows = RowGathering(
            around: guesses, radius: CosinePatchSearch.refiningRadius + 1, in: fineStyle.region.size,
            channels: fineMap.shape[2])
        try style.bands(at: Self.matchedTaps) { tap, first, band in
            if tap == fine { fineRows.add(band, first: first) } else { coarseRows.add(band, first: first) }
        }
        let fineMatches = CosinePatchSearch.refined(
            fineMap, queries: finePlaces.positions, near: guesses, in: fineRows, of: fineStyle.region.size)
        func loss(_ places: LocalPositions, _ rows: RowGathering, _ matches: [Int], _ frame: StyleFrame)
            -> MatchedFeatureLoss
        {
            let patches = rows.patches(around: matches, in: frame.region.size)
            return MatchedFeatureLoss(
                at: places.positions, in: places.region.size, targets: patches.features, rows: patches.rows,
                part: 1 / Double(Self.matchedTaps.count))
        }
        return [
            fine: loss(finePlaces, fineRows, fineMatches, fineStyle),
            coarse: loss(coarsePlaces, coarseRows, coarseMatches, coarseStyle),
        ]
    }
}

extension LossWeights {
    /// The weights of a pass with matched features.
    package static let matched = LossWeights(content: 1, style: 4, histogram: 0, tv: 0, matched: 20)
}

/// The positions of a tap at which features are matched.
private struct LocalPositions {
    /// The size of the whole tap, and the part of it that evaluations compute.
    let size: Size, region: Region
    /// The matched positions, in ascending order: flat indices into the part.
    let positions: [Int]

    /// The positions where the loose mask at the tap is at least `threshold`.
    init(of targets: StyleTargets, at tap: VGG16.Tap, above threshold: Float) {
        guard let local = targets.local.regions[tap], let mask = targets.looseMasks[tap] else {
            preconditionFailure("no mask was carried to \(tap)")
        }
        size = targets.composition.size(of: tap)
        region = local.moved(by: targets.composition.crop(at: tap).origin)
        positions = FeatureMasks.counted(local.part(of: mask), from: threshold)
    }

    /// The position here that the match of `position` in a finer tap is carried from.
    func cell(of position: Int, in finer: LocalPositions) -> Int {
        let (width, origin) = (finer.region.columns.count, finer.region.origin)
        let row = FeatureNearestNeighborField.cell(
            position / width + origin.y, of: finer.size.height, in: size.height)
        let column = FeatureNearestNeighborField.cell(
            position % width + origin.x, of: finer.size.width, in: size.width)
        precondition(region.rows.contains(row) && region.columns.contains(column), "a cell beyond the features")
        return (row - region.rows.lowerBound) * region.columns.count + column - region.columns.lowerBound
    }
}
