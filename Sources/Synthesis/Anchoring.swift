package import Imaging

extension Image {
    /// This picture with the low frequencies of its colours replaced by those of `guide`: in CIELAB,
    ///
    ///     a += c·G∗(a_guide − a),  b += c·G∗(b_guide − b),  L += s·G∗(L_guide − L),
    ///
    /// where G∗ is a Gaussian blur normalized within the mask. Colours that a synthesis let drift over an area become
    /// the guide's again, and its strokes stay. Clamped to 0…1; outside the mask the picture stays bit for bit.
    ///
    /// - Parameters:
    ///   - guide: a picture of the same size.
    ///   - mask: of the same size: where it is above 0 the picture changes, and its values weigh the pixels.
    ///   - sigma: the Gaussian's σ in pixels.
    ///   - lightness: s, the share of the lightness' low frequencies that is replaced, 0…1.
    ///   - colors: c at each pixel, 0…1; nil: 1.
    package func anchored(
        to guide: Image, in mask: Mask, sigma: Double, lightness share: Double, colors: Mask? = nil
    ) -> Image {
        precondition(
            guide.size == size && mask.size == size && colors?.size ?? size == size,
            "a guide of \(guide.size) and a mask of \(mask.size) for a picture of \(size)")
        guard let bounds = mask.bounds else { return self }
        // The weights outside the bounds are 0, but padding reflects: a margin of more than half the kernel.
        let margin = GaussianBlur.size(sigma: sigma) / 2 + 1
        let box = bounds.grown(by: margin, within: .whole(of: size))
        let mask = box.part(of: mask), own = box.part(of: self)
        var lab = LabImage(own)
        let target = LabImage(box.part(of: guide))
        let shares = colors.map { box.part(of: $0).values }
        func anchor(_ plane: inout FloatBuffer, to target: FloatBuffer, share: (Int) -> Float) {
            let count = plane.count
            var differences = target
            differences.write { differences in
                plane.read { plane in for i in 0..<count { differences[i] -= plane[i] } }
            }
            let low = GaussianBlur.normalizedBlur(differences, weights: mask, channels: 1, sigma: sigma)
            plane.write { plane in low.read { low in for i in 0..<count { plane[i] += share(i) * low[i] } } }
        }
        if share != 0 { anchor(&lab.lightness, to: target.lightness) { _ in Float(share) } }
        anchor(&lab.a, to: target.a) { shares?[$0] ?? 1 }
        anchor(&lab.b, to: target.b) { shares?[$0] ?? 1 }
        var result = Image(lab)
        result.clamp()
        return Overlay(own.replaced(by: result, where: mask), at: box.origin).laid(into: self)
    }

    /// `other` where `mask` is above 0, this picture elsewhere.
    func replaced(by other: Image, where mask: Mask) -> Image {
        composited(with: other, mask: mask.thresholded(at: 0))
    }
}
