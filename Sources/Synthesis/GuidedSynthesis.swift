package import Imaging

/// Texture synthesis from a painting's patches, guided by what the result should show.
///
/// Texture optimisation (Kwatra et al. 2005, Wexler, Shechtman and Irani 2007) from the coarsest level of a pyramid to
/// the finest: a round searches the best match of each patch of the current picture in the painting, and votes, so that
/// each pixel becomes the mean of the matched patches that overlap it. The cost of a match is the squared difference of
/// the pixels and of guides (Hertzmann et al. 2001): colour, detail, stroke energy, direction of strokes; and it grows
/// with the number of uses of the same patch, without which plain areas would collapse to the painting's smoothest
/// patch.
package struct GuidedSynthesis: Equatable, Sendable {
    /// n, the patch size, odd.
    package var side = 7
    /// The number of rounds at each level, coarsest first.
    package var rounds = [6, 5, 4]
    /// The sweeps over all pixels in a search.
    package var sweeps = 2
    /// The weights of the guides.
    package var weights = GuideWeights()
    /// The penalty of another use of the same match, per pixel of a patch.
    package var usePenalty: Float = 0.006

    /// Patches of every second column and row are found by the global search; neighbours lead to those between.
    private static let treeStep = 2

    /// The default parameters.
    package init() {}

    /// What a synthesis aims at, in a crop of a painting's frame.
    package struct Aim: Sendable {
        /// The colours, and the picture whose details are kept.
        package var guide, structure: Image
        /// The pixels to synthesize.
        package var mask: Mask
        /// The crop's top-left pixel in the painting.
        package var origin: Point

        /// An aim; all are of the same size.
        package init(guide: Image, structure: Image, mask: Mask, at origin: Point) {
            (self.guide, self.structure, self.mask, self.origin) = (guide, structure, mask, origin)
        }

        fileprivate var region: Region { Region(origin: origin, size: mask.size) }

        fileprivate var halved: Aim {
            let half = region.halved()
            return Aim(guide: guide.halved, structure: structure.halved, mask: mask.halved, at: half.origin)
        }
    }

    /// A synthesized picture of the aim's size, and the matches that it was made of.
    package struct Texture: Sendable {
        package var picture: Image
        fileprivate let region: Region
        fileprivate let field: PatchField
    }

    /// The picture synthesized from `style`, a painting or a part of it, where the aim's mask is above 0; `painted`,
    /// the crop of the painting, elsewhere.
    ///
    /// Once `isCancelled`, which is polled at each round, nothing is searched any more: the result is made of the
    /// matches so far.
    package func synthesized(
        from style: Image, over painted: Image, _ aim: Aim, isCancelled: () -> Bool = { false }
    ) -> Texture {
        var levels = [(style: style, painted: painted, aim: aim)]
        while levels.count < rounds.count, let last = levels.last,
            min(last.style.width, last.style.height) / 2 >= 2 * side,
            min(last.aim.mask.width, last.aim.mask.height) >= 2
        {
            levels.append((last.style.halved, last.painted.halved, last.aim.halved))
        }
        var texture: Texture?
        for (depth, level) in levels.enumerated().reversed() {
            let scale = 1 / Double(1 << depth), aim = level.aim
            let painting = LabImage(level.style), structure = LabImage(aim.structure)
            let planes = GuidePlanes(of: painting, weights, scale: scale)
            let mask = aim.mask.thresholded(at: 0.01)
            let target = GuidePlanes(of: LabImage(aim.guide), weights, scale: scale).aiming(
                at: planes, structure: GuidePlanes(of: structure, weights, scale: scale), where: mask, weights)
            let source = PatchSource(planes, of: level.style.size, weights, side: side)
            // Cancelled before the first search, there is nothing to build on.
            let coarse = texture.flatMap { $0.field.isEmpty ? nil : $0 }
            let field = coarse.map { $0.field.doubled(to: aim.region, from: $0.region, centres: source.centres) }
            texture = synthesized(
                level.style, level.painted, aim, mask, target, start: coarse?.picture.doubled ?? aim.guide,
                field ?? PatchField(size: mask.size, side: side), rounds: rounds[rounds.count - 1 - depth], isCancelled,
                PatchSearch(
                    source, side: side, centres: source.centres, treeStep: Self.treeStep,
                    usePenalty: usePenalty * Float(side * side),
                    direction: DirectionGuide(painting, structure: structure, weights, side: side, scale: scale)))
        }
        return texture
            ?? Texture(picture: aim.guide, region: aim.region, field: PatchField(size: aim.mask.size, side: side))
    }

    /// A texture carried to twice its size: made of the same places of the larger `style`, whose strokes it shows.
    ///
    /// There is no stroke energy to aim at, as the places were chosen for it, and no global search. Of the painting,
    /// only the tiles are looked at that matches lie in.
    package func enlarged(
        _ texture: Texture, from style: Image, over painted: Image, _ aim: Aim, rounds: Int,
        isCancelled: () -> Bool = { false }
    ) -> Texture {
        var weights = weights
        weights.energy = 0
        let mask = aim.mask.thresholded(at: 0.01), radius = side / 2
        let centres = Region(columns: radius..<style.width - radius, rows: radius..<style.height - radius)
        let field = texture.field.doubled(to: aim.region, from: texture.region, centres: centres)
        let source = PatchSource(tilesOf: field, in: style.size, weights) {
            GuidePlanes(of: LabImage($0.part(of: style)), weights, scale: 1)
        }
        var target = GuidePlanes(of: LabImage(aim.guide), weights, scale: 1)
        if aim.structure != aim.guide {
            target.takeDetail(of: GuidePlanes(of: LabImage(aim.structure), weights, scale: 1))
        }
        return synthesized(
            style, painted, aim, mask, target, start: aim.guide, field, rounds: rounds, isCancelled,
            PatchSearch(
                source, side: side, centres: centres, treeStep: nil, usePenalty: usePenalty * Float(side * side)))
    }

    /// Searches and votes in turn. Once cancelled, the matches of the level below are voted on, and that is all.
    private func synthesized(
        _ style: Image, _ painted: Image, _ aim: Aim, _ mask: Mask, _ target: GuidePlanes, start: Image,
        _ matches: PatchField, rounds: Int, _ isCancelled: () -> Bool, _ search: consuming PatchSearch
    ) -> Texture {
        let size = mask.size, radius = side / 2, whole = Region.whole(of: size)
        let around = whole.grown(by: radius)
        // An odd last column and row are not part of a picture doubled.
        let known = whole.part(of: Mask(width: start.width, height: start.height, repeating: 1))
        let begun = aim.guide.composited(with: whole.part(of: start), mask: known)
        var picture = painted.composited(with: begun, mask: mask)
        var field = matches
        let searched = mask.dilated(by: radius)
        for i in searched.values.indices where searched.values[i] == 0 { field.centres[i] = SIMD2(repeating: -1) }
        let stride = around.columns.count * GuidePlanes.channels
        var values = FloatBuffer(repeating: 0, count: around.rows.count * stride)
        for round in 0..<rounds {
            if isCancelled() {
                if round == 0 { picture = field.vote(from: style, over: picture, mask) }
                break
            }
            let planes = target.with(LabImage(picture))
            values.write {
                planes.interleave(around, into: $0, stride: stride, weights, pictureOnly: round > 0)
            }
            search.improve(&field, at: searched, values, round: round, sweeps: sweeps)
            picture = field.vote(from: style, over: picture, mask)
        }
        return Texture(picture: picture, region: aim.region, field: field)
    }
}
