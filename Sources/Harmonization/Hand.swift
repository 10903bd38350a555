internal import Imaging
internal import Synthesis

/// The painter's hand: how the result of pass 1 becomes a picture in the painting's own strokes.
///
/// 1. *Guide*: the object in the painter's colours (``ColorGuide``).
/// 2. *First synthesis*: the guide put together from pieces of the painting, where pass 2 starts.
/// 3. *Pass 2*: the lightness is moved towards the painting's own patches of features, which makes strokes crisp and
///    brings the object back.
/// 4. *Last synthesis*: the result put together from the painting's pixels once more; then its finest detail is
///    restored, and the guide's colours. In a painting larger than the passes work at, it is carried up, size by size.
///
/// In paintings without visible strokes (levels below ``strokesFrom``) there is no pass 2: the last synthesis is that
/// of the guide.
package struct Hand: Equatable, Sendable {
    /// The style level, 1…10.
    let level: Double
    /// The amount of the object's fine structure to keep, 0…1.
    let detail: Double

    /// The hand of a style level, 1…10, that keeps an amount of detail, 0…1.
    package init(level: Double, detail: Double) { (self.level, self.detail) = (level, detail) }

    /// The least level at which strokes are painted.
    package static let strokesFrom = 2.0

    /// The rounds of search and vote at each size above that of the passes.
    private static let enlargingRounds = 2

    /// Whether strokes are painted, by a pass 2.
    package var paintsStrokes: Bool { level >= Self.strokesFrom }

    /// 0 at level 5.8, a moderate hand; 1 at level 10, a bold one; negative below.
    private var boldness: Double { (level - 5.8) / 4.2 }

    /// ½…2, 1 at the default detail; more in paintings whose strokes hardly show, and so hide less of a photograph.
    private var detailFactor: Double {
        (detail < 0.5 ? 0.5 + detail : 2 * detail) * (1 + max(0, 5.8 - level) / 4.2)
    }

    /// What is asked for beyond the default detail.
    private var extraDetail: Double { max(0, detail - 0.5) }

    /// The factors of pass 2's content and style: more of the content alone would take the hand away.
    private var contentFactor: Double { detailFactor + 6 * extraDetail }
    private var styleFactor: Double { 1 + 4.8 * extraDetail }

    private func between(_ moderate: Double, _ bold: Double) -> Double { moderate + (bold - moderate) * boldness }

    /// The share of the finest detail that is restored at the end: 0.55, 0.475, 0.69 and 0.6 at the levels 1, 2, 5.8
    /// and 10, linear between these. Strokes that hardly show would be etched by it; bold ones take it along.
    var restoredShare: Double {
        if level < Self.strokesFrom { return 0.55 - 0.075 * (level - 1) }
        return level < 5.8 ? 0.475 + 0.215 * (level - Self.strokesFrom) / (5.8 - Self.strokesFrom) : between(0.69, 0.6)
    }

    /// What `detail` adds to the restored share of strokes: −0.25 at 0, none from 0.5 to 0.75, 0.25 at 1. What is
    /// restored is finer than strokes and hides them, so the weights of pass 2 come first.
    var restoredByDetail: Double { detail < 0.5 ? (detail - 0.5) / 2 : max(0, detail - 0.75) }

    /// The weights of pass 2.
    var weights: LossWeights {
        LossWeights(
            content: between(1.5, 1) * contentFactor, style: between(5, 7) * styleFactor, histogram: 0, tv: 0,
            matched: 28)
    }

    /// The first synthesis: strong guides, so that plain surfaces get strokes.
    private var first: GuidedSynthesis {
        var synthesis = GuidedSynthesis()
        (synthesis.side, synthesis.rounds) = (9, [6, 6, 5, 4])
        synthesis.usePenalty = Float(between(0.0012, 0.0016))
        (synthesis.weights.chroma, synthesis.weights.direction) = (0.4, 0.08)
        synthesis.weights.detail = Float(between(1.4, 1) * detailFactor)
        synthesis.weights.energy = Float(between(5, 6))
        synthesis.weights.energyQuantile = between(0.78, 0.85)
        return synthesis
    }

    /// The last synthesis: small patches near the picture.
    private var last: GuidedSynthesis {
        var synthesis = GuidedSynthesis()
        (synthesis.side, synthesis.rounds, synthesis.usePenalty) = (5, [3, 4], 0.005)
        (synthesis.weights.color, synthesis.weights.colorSigma) = (1.4, 1)
        synthesis.weights.direction = 0.03
        synthesis.weights.detail = Float(between(2, 1.6) * detailFactor)
        synthesis.weights.energy = Float(between(2, 3))
        synthesis.weights.energyQuantile = between(0.6, 0.75)
        return synthesis
    }

    /// The picture that pass 2 starts from.
    func start(
        _ guide: Image, _ composition: Composition, from style: Image, _ isCancelled: () -> Bool
    ) -> Image {
        let texture = first.synthesized(
            from: style, over: composition.painted, composition.aim(guide, structure: composition.original),
            isCancelled: isCancelled)
        return composition.laid(texture.picture, into: guide)
            .anchored(
                to: guide, in: composition.looseMask, sigma: 5, lightness: 0.1, colors: anchorShares(composition))
    }

    /// The result of the passes, `stage2` (nil: there is no pass 2), as a texture.
    func finished(
        _ stage2: Image?, _ guide: Image, _ composition: Composition, from style: Image, _ isCancelled: () -> Bool
    ) -> GuidedSynthesis.Texture {
        guard paintsStrokes, let stage2 else {
            return finished(guide, restoring: restoredShare, guide, composition, style, isCancelled)
        }
        return finished(
            stage2, restoring: restoredShare + restoredByDetail, guide, composition, style, isCancelled)
    }

    /// `picture` by the last synthesis, with `share` of its finest detail restored.
    private func finished(
        _ picture: Image, restoring share: Double, _ guide: Image, _ composition: Composition, _ style: Image,
        _ isCancelled: () -> Bool
    ) -> GuidedSynthesis.Texture {
        var picture = picture
        picture.clamp()
        var texture = last.synthesized(
            from: style, over: composition.painted, composition.aim(picture, structure: picture),
            isCancelled: isCancelled)
        texture.picture = composition.laid(texture.picture, into: picture)
            .adding(Float(min(max(share, 0), 1)), ofDetailOf: picture, sigma: 1).anchored(
                to: guide, in: composition.looseMask, sigma: 5, lightness: 0.5, colors: anchorShares(composition))
        return texture
    }

    /// How far the guide's colours hold; nil: wholly, as on smooth surfaces nothing else would vary.
    private func anchorShares(_ composition: Composition) -> Mask? {
        paintsStrokes ? ColorGuide.anchorShares(of: composition.original, in: composition.looseMask) : nil
    }

    /// A texture of half the size carried up to that of `composition`.
    func enlarged(
        _ texture: GuidedSynthesis.Texture, from half: Composition, to composition: Composition, from style: Image,
        _ isCancelled: () -> Bool
    ) -> GuidedSynthesis.Texture {
        let picture = composition.carried(texture.picture, from: half)
        var texture = last.enlarged(
            texture, from: style, over: composition.painted, composition.aim(picture, structure: picture),
            rounds: Self.enlargingRounds, isCancelled: isCancelled)
        texture.picture = composition.laid(texture.picture, into: picture)
        return texture
    }
}

extension Composition {
    /// The region of the painting that is synthesized: the loose mask's bounding box and what its guides depend on.
    private var synthesized: Region {
        let frame = Region.whole(of: painting.size)
        return Region(bounding: looseMask).moved(by: crop.origin).grown(by: 32, within: frame)
            .aligned(to: 4, within: frame).clamped(to: crop)
    }

    /// The painting in that region.
    fileprivate var painted: Image { synthesized.part(of: painting) }

    /// What a synthesis aims at, of pictures of the crop.
    fileprivate func aim(_ guide: Image, structure: Image) -> GuidedSynthesis.Aim {
        let part = synthesized.seen(from: crop.origin)
        return GuidedSynthesis.Aim(
            guide: part.part(of: guide), structure: part.part(of: structure), mask: part.part(of: looseMask),
            at: synthesized.origin)
    }

    /// A synthesized picture in its place in a picture of the crop.
    fileprivate func laid(_ synthesis: Image, into picture: Image) -> Image {
        Overlay(synthesis, at: synthesized.seen(from: crop.origin).origin).laid(into: picture)
    }
}

extension Image {
    /// This picture plus `amount` times the detail of the lightness of `other` that is finer than σ.
    fileprivate func adding(_ amount: Float, ofDetailOf other: Image, sigma: Double) -> Image {
        var lab = LabImage(self)
        let given = LabImage(other).lightness, smooth = GaussianBlur.blur(given, size, channels: 1, sigma: sigma)
        for i in lab.lightness.indices {
            lab.lightness[i] = min(max(lab.lightness[i] + amount * (given[i] - smooth[i]), 0), 100)
        }
        var result = Image(lab)
        result.clamp()
        return result
    }
}
