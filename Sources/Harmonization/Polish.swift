package import Imaging
internal import NeuralNet

/// The post-processing of the passes' result: removes colour noise and reconstructs the result from patches of the
/// painting.
///
/// The steps are those of the program of Luan et al. (2018). Two parameters differ: patches of 9×9 pixels instead of
/// 7×7, which preserve more of a stroke, and three quarters of the detail instead of all of it, which restored some of
/// the noise (table and pictures in the article on pictures).
///
/// 1. *Chroma*: the gradients of the network leave speckle, mostly of colour. The a and b channels of CIELAB go through
///    a guided filter (He, Sun and Tang 2010) whose guide is the composite, so they are smooth where the object and the
///    painting are, and keep their edges. The lightness is unchanged. This gives F.
/// 2. *Patches*: PatchMatch (Barnes et al. 2009) finds the painting's nearest patch of each n×n patch of F; the mean of
///    the nearest patches that cover a pixel is the base V, which consists of the painting's pixels alone.
/// 3. *Detail*: averaging overlapping patches blurs them, so the high frequencies of F are restored: V + w·(F − G∗F)
///    with a Gaussian G.
package struct Polish: Equatable, Sendable {
    /// The radius of the guided filter in pixels; nil leaves a and b as they are.
    package var chromaRadius: Int? = 2
    /// The guided filter's ridge ε: structures whose variance in the composite (0…1) is well above it count as edges.
    package var chromaEpsilon = 0.01
    /// n, the side of a patch in pixels, odd; nil skips steps 2 and 3.
    package var patchSide: Int? = 9
    /// The iterations of PatchMatch.
    package var patchIterations = 5
    /// The seed of PatchMatch's random numbers.
    package var seed: UInt64 = 0
    /// w, the fraction of F's detail that is restored; 0 for none.
    package var detailWeight: Float = 0.75
    /// The side of G in pixels, odd, and its standard deviation.
    package var detailSize = 7, detailSigma = 1.0

    /// The default parameters.
    package init() {}

    /// `raw` polished and clamped to 0…1 where `mask` is above 0; elsewhere unchanged, to the bit.
    ///
    /// - Parameters:
    ///   - raw: the result of the passes, in a crop of the painting's frame. Its values may lie outside 0…1.
    ///   - composite: the composite C in the same crop.
    ///   - painting: the whole painting, no smaller than a patch along each axis.
    ///   - mask: the pixels to polish, in the same crop.
    package func polished(_ raw: Image, composite: Image, painting: Image, mask: Mask) -> Image {
        precondition(
            composite.size == raw.size && mask.size == raw.size,
            "a composite of \(composite.size) and a mask of \(mask.size) for \(raw.size)")
        guard !mask.isEmpty else { return raw }
        // Restricted to the pixels that the polished ones depend on: the crop can be many times larger.
        let box = Region(bounding: mask).grown(by: reach, within: .whole(of: raw.size))
        let chosen = box.part(of: mask).thresholded(at: 0)
        var result = filtered(box.part(of: raw), guide: box.part(of: composite))
        if let patchSide { result = patched(result, painting: painting, chosen, side: patchSide) }
        result.clamp()
        return Overlay(box.part(of: raw).composited(with: result, mask: chosen), at: box.origin).laid(into: raw)
    }

    /// The radius, in columns and rows, of the pixels that a polished pixel depends on: the guided filter averages
    /// twice, and a patch that covers a pixel extends up to n − 1 pixels from it.
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
        // Patches centred beside the mask cover it too, so that each of its pixels gets all votes.
        let centres = mask.dilated(by: side / 2)
        var result = search.nearestPatches(of: image, at: centres, in: painting).vote(from: painting, over: image)
        guard detailWeight != 0 else { return result }
        let smooth = image.blurred(size: detailSize, sigma: detailSigma)
        for i in result.values.indices { result.values[i] += detailWeight * (image.values[i] - smooth.values[i]) }
        return result
    }
}
