public import Imaging

/// Cuts an object out of a photograph: GrabCut, then the edge by a guided filter.
///
///     let photo = try Picture.read("cup.jpg")
///     let cutout = try ObjectCut(box: Region(columns: 80..<420, rows: 60..<400)).cut(photo.flattened)
///     try photo.cutOut(cutout.colors, alpha: cutout.alpha).write(to: "cup.png")
///
/// 1. *Segmentation* (Rother, Kolmogorov and Blake 2004, "GrabCut", by OpenCV). The colours of object and of background
///    are each a mixture of five Gaussians; the labels α minimize
///
///        E(α) = Σᵢ −log p(zᵢ | αᵢ) + 50·Σ [αᵢ ≠ αⱼ]·exp(−β·‖zᵢ − zⱼ‖²) / ‖i − j‖,  β = 1 / (2·mean ‖zᵢ − zⱼ‖²)
///
///    over pixels i and pairs i, j of 8 neighbours, by a minimum cut; mixtures and labels are estimated in turn. This
///    happens around the box, at 200 pixels on the long side. Then follow one cut at 500 pixels and one at 1000, in a
///    band around the outline found before (Lombaert, Sun, Grady and Xu 2005), with the same mixtures. With strokes
///    there are two pairs of these, learned with them and without: p is s·p(with) + (1 − s)·p(without), where s falls
///    with the geodesic distance from the strokes (Criminisi, Sharp and Blake 2008).
/// 2. *Islands* of less than 1/50 of the largest part are dropped, and *holes* of less than 1/500 of the object filled.
/// 3. *Edge*, at full size: in a band of a few pixels on either side of the outline, alpha is the binary mask filtered
///    with the photograph as guide (He, Sun and Tang 2013, "Guided Image Filtering"); elsewhere it is 0 or 1.
/// 4. *Colours*: in the band, those of the object alone are estimated, so that nothing of the old background shows.
///
/// The same input gives the same bits, with any number of threads.
public struct ObjectCut: Sendable {
    /// The box that holds the object, inside the photograph: what is outside surely does not belong to it. Nil for the
    /// middle nine tenths. It grows to hold all of `keep`.
    public var box: Region?

    /// The pixels that surely belong to the object, and surely do not, above ½; of the photograph's size. They count
    /// more than the box.
    public var keep, drop: Mask?

    /// A cut of what is in `box`, with all of `keep` and nothing of `drop`.
    public init(box: Region? = nil, keep: Mask? = nil, drop: Mask? = nil) {
        (self.box, self.keep, self.drop) = (box, keep, drop)
    }

    /// Cuts the object out of `photograph`. O(pixels).
    ///
    /// - Throws: ``CutError`` for a box that is not inside the photograph, and for masks that have another size or
    ///   contradict each other.
    public func cut(_ photograph: Image) throws(CutError) -> Cutout {
        let whole = Region.whole(of: photograph.size)
        try check(photograph.size)
        var box = box ?? Self.middle(of: photograph.size)
        if let kept = keep?.thresholded(above: 0.5).bounds { box = box.union(kept) }
        // What is far from the box tells little of the background around the object.
        let margin = max(8, max(box.columns.count, box.rows.count) / 4)
        let scene = CutScene(
            photograph: photograph, frame: box.grown(by: margin, within: whole), box: box, keep: keep, drop: drop)
        let segmentation = try Segmentation(of: scene)
        return Cutout(scene, segmentation)
    }

    /// The default box: nine tenths of each side.
    static func middle(of size: Size) -> Region {
        func middle(_ length: Int) -> Range<Int> { length / 20..<max(length / 20 + 1, length - length / 20) }
        return Region(columns: middle(size.width), rows: middle(size.height))
    }

    private func check(_ size: Size) throws(CutError) {
        if let box, !Region.whole(of: size).contains(box) { throw .box(box, photograph: size) }
        for (kind, mask) in [(CutError.Kind.keep, keep), (.drop, drop)] {
            if let mask, mask.size != size { throw .maskSize(kind, mask: mask.size, photograph: size) }
        }
        guard let keep, let drop else { return }
        let both = keep.values.indices.first { keep.values[$0] > 0.5 && drop.values[$0] > 0.5 }
        if let both { throw .contradiction(at: Point(x: both % size.width, y: both / size.width)) }
    }
}

/// What a cut goes by: the photograph and what is known of the object.
struct CutScene {
    let photograph: Image
    /// The part of the photograph that is looked at.
    let frame: Region
    /// The part of it that may belong to the object.
    let box: Region
    let keep, drop: Mask?

    /// What is known of the pixel at (x, y) of the photograph.
    func hint(x: Int, y: Int) -> Hint {
        if let keep, keep[x, y] > 0.5 { return .object }
        if let drop, drop[x, y] > 0.5 { return .background }
        return box.columns.contains(x) && box.rows.contains(y) ? .open : .background
    }
}

/// What is known of a pixel beforehand.
enum Hint: UInt8 {
    case background, object, open
}

extension Mask {
    /// 1 where the value is above `threshold`, else 0.
    func thresholded(above threshold: Float) -> Mask {
        Mask(width: width, height: height, values: values.map { $0 > threshold ? 1 : 0 })
    }
}
