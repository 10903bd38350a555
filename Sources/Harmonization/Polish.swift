package import Imaging
internal import NeuralNet

/// What is done with the result of the two passes in the end: noise is taken out of its colours, and it is put together
/// anew from pieces of the painting.
///
/// Luan et al. (2018) call it post-processing; the steps are those of their program. Two values are not: patches of 9×9
/// pixels instead of 7×7, which keep more of a stroke together, and three quarters of the detail instead of all of it,
/// which brought back some of the noise (table and pictures in the article on pictures).
///
/// 1. *Chroma*: the gradients of the network leave a speckle that is mostly one of colour. In CIELAB, a and b go
///    through a guided filter (He, Sun and Tang 2010) whose guide is the composite, so they are smooth where the object
///    and the painting are, and keep their edges. The lightness stays. This gives F.
/// 2. *Patches*: for each n×n patch of F the painting's most similar one is found by PatchMatch (Barnes et al. 2009);
///    the mean of all found patches that cover a pixel is the base V, made of nothing but the painting.
/// 3. *Detail*: averaging overlapping patches blurs them, so what a blur G takes from F is put back:
///    V + w·(F − G∗F).
package struct Polish: Equatable, Sendable {
    /// The radius of the guided filter in pixels; nil leaves a and b as they are.
    package var chromaRadius: Int? = 2
    /// The guided filter's ε: the variance of the composite's colours (0…1) from which on an edge counts.
    package var chromaEpsilon = 0.01
    /// n, the pixels of a patch's side, odd; nil leaves F as it is.
    package var patchSide: Int? = 9
    /// The iterations of PatchMatch.
    package var patchIterations = 5
    /// Chooses PatchMatch's random numbers.
    package var seed: UInt64 = 0
    /// w, how much of F's detail is put back; 0 for none.
    package var detailWeight: Float = 0.75
    /// The columns and rows of G, a Gaussian, odd; and its standard deviation.
    package var detailSize = 7, detailSigma = 1.0

    /// The default parameters.
    package init() {}

    /// `raw` polished where `mask` is above 0, clamped to 0…1 there; elsewhere it stays, to the bit.
    ///
    /// - Parameters:
    ///   - raw: the result of the passes, a part of the painting's frame. Its values may lie outside 0…1.
    ///   - composite: C in the same part.
    ///   - painting: the whole painting, no smaller than a patch either way.
    ///   - mask: the pixels to polish, of the same part.
    package func polished(_ raw: Image, composite: Image, painting: Image, mask: Mask) -> Image {
        precondition(
            composite.size == raw.size && mask.size == raw.size,
            "a composite of \(composite.size) and a mask of \(mask.size) for \(raw.size)")
        guard !mask.isEmpty else { return raw }
        // Only what the polished pixels depend on is computed: the masks' surroundings can be many times larger.
        let box = Region(bounding: mask).grown(by: reach, within: .whole(of: raw.size))
        let chosen = box.part(of: mask).thresholded(at: 0)
        var result = filtered(box.part(of: raw), guide: box.part(of: composite))
        if let patchSide { result = patched(result, painting: painting, chosen, side: patchSide) }
        result.clamp()
        return Patch(box.part(of: raw).composited(with: result, mask: chosen), at: box.origin).laid(into: raw)
    }

    /// How far away, in columns and rows, a pixel can be of those that its value depends on: the guided filter
    /// averages twice, and a patch that covers a pixel begins up to n − 1 pixels before it.
    private var reach: Int { 2 * (chromaRadius ?? 0) + max((patchSide ?? 1) - 1, detailSize / 2) }

    /// F: `raw` with its colours filtered.
    private func filtered(_ raw: Image, guide: Image) -> Image {
        guard let chromaRadius else { return raw }
        let filter = GuidedFilter(radius: chromaRadius, epsilon: chromaEpsilon)
        var lab = LabImage(raw)
        lab.a = filter.filtered(lab.a, guide: guide)
        lab.b = filter.filtered(lab.b, guide: guide)
        return Image(lab)
    }

    /// V + w·(F − G∗F) at the pixels of `mask` (0 or 1), where F is `image`.
    private func patched(_ image: Image, painting: Image, _ mask: Mask, side: Int) -> Image {
        var search = PatchMatch()
        (search.side, search.iterations, search.seed) = (side, patchIterations, seed)
        // Patches around pixels beside the mask cover it too: each pixel is to have all its votes.
        let centres = mask.dilated(by: side / 2)
        var result = search.nearestPatches(of: image, at: centres, in: painting).vote(from: painting, over: image)
        guard detailWeight != 0 else { return result }
        let smooth = image.blurred(size: detailSize, sigma: detailSigma)
        for i in result.values.indices { result.values[i] += detailWeight * (image.values[i] - smooth.values[i]) }
        return result
    }
}
