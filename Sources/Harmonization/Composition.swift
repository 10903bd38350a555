package import Imaging
package import NeuralNet

/// The painting P and, in a crop of its frame around the object, the composite C and the masks. It depends on the
/// network only by its receptive field.
package struct Composition: Sendable {
    /// The painting P.
    package private(set) var painting: Image
    /// The region of the painting that the composite and the masks cover. Its edges are multiples of 16 (four poolings)
    /// or the painting's own. Outside, all masks are 0. Its margin around the masks is so wide that no feature outside
    /// depends on the object, and that it holds the receptive fields of all 3×3 patches that are matched with the
    /// painting.
    package let crop: Region
    /// The tight mask M.
    package let mask: Mask
    /// The loose mask D, 0 or 1: the pixels that may change.
    package let looseMask: Mask
    /// The blend mask B: the tight mask blurred by a 7×7 Gaussian with σ = 1.5. The alpha of the result over the
    /// painting. The composite is transparent already where the mask is soft over more than the blur's width, so the
    /// object counts as opaque there. Computed at each access.
    package var blendMask: Mask {
        mask.opaque(within: Self.blendSize / 2).blurred(size: Self.blendSize, sigma: Self.blendSigma)
    }
    /// The composite C = M·O + (1−M)·P.
    package let composite: Image
    /// The composite of the object with its own colours, where those of C were matched to the painting; else C.
    package let original: Image
    /// The part of the crop that each evaluation passes through the network: the loose mask's bounding box, one pixel
    /// larger on each side.
    package let evaluated: Region

    /// The object that the scene was made from; nil where it is not needed any more.
    private(set) var object: PlacedObject?
    /// The same with its own colours, if they were matched.
    private(set) var originalObject: PlacedObject?

    /// The radius of relu5_1's receptive field in pixels, ``VGG16/reach``.
    let reach: Int

    /// The crop's margin around the masks: a position of relu5_1 depends on a pixel of D up to `reach` away, the
    /// neighbours in its patch are 16 pixels further, and their receptive fields extend by `reach`. Rounded up to
    /// whole positions of relu5_1, of 16 pixels: 160 for VGG16.
    private static func margin(reach: Int) -> Int { (2 * reach + 16 + 15) / 16 * 16 }

    /// The side of the blend mask's Gaussian kernel in pixels, and its standard deviation.
    private static let blendSize = 7, blendSigma = 1.5

    /// The scene of an object placed in a painting, in the smallest `crop` for a network whose deepest receptive field
    /// has the radius `reach` (``VGG16/reach``), or in a larger one that is given.
    ///
    /// Throws ``HarmonizationError/paintingTooSmall(_:smallest:)`` for a painting that leaves nothing at the deepest
    /// tap, ``HarmonizationError/placedSize(_:painting:)`` for an object placed in a frame of another size, and
    /// ``HarmonizationError/faintMask(largest:)`` for a mask that nowhere exceeds 0.1.
    package init(
        painting: Image, object: PlacedObject, original: PlacedObject? = nil, reach: Int, crop: Region? = nil
    ) throws(HarmonizationError) {
        let smallest = VGG16.smallestSide
        guard min(painting.width, painting.height) >= smallest else {
            throw .paintingTooSmall(painting.size, smallest: smallest)
        }
        guard object.frame == painting.size else { throw .placedSize(object.frame, painting: painting.size) }
        let largest = object.mask.values.max() ?? 0
        guard largest > 0.1 else { throw .faintMask(largest: largest) }

        let frame = Region.whole(of: painting.size)
        let box = Region(origin: object.origin, size: object.image.size)
        // Large enough for the masks' blurs: at its sides they read zeros, or end at the frame's edge.
        let covered = object.mask.bounds?.size
        let blurSize = Mask.looseBlurSize(for: painting.size, object: covered ?? painting.size)
        let covering = box.grown(by: max(blurSize, Self.blendSize) / 2 + 1, within: frame)
        let given = covering.seen(from: box.origin)
        let tight = given.part(of: object.mask)
        let loose = object.looseMask.map { given.part(of: $0) } ?? tight.loosened(size: blurSize)
        let blend = tight.blurred(size: Self.blendSize, sigma: Self.blendSigma)
        self.painting = painting
        (self.object, originalObject) = (object, original)
        self.reach = reach
        self.crop =
            crop
            ?? Region(bounding: loose.union(tight).union(blend)).moved(by: covering.origin)
            .grown(by: Self.margin(reach: reach), within: frame).aligned(to: 4, within: frame)
        let part = self.crop.seen(from: covering.origin)
        (mask, looseMask) = (part.part(of: tight), part.part(of: loose))
        let painted = self.crop.part(of: painting), seen = self.crop.seen(from: object.origin)
        composite = painted.composited(with: seen.part(of: object.image), mask: mask)
        if let original {
            self.original = painted.composited(with: seen.part(of: original.image), mask: mask)
        } else {
            self.original = composite
        }
        evaluated = Region(bounding: looseMask).grown(by: 1, within: .whole(of: looseMask.size))
    }

    /// Releases the object, which only halving needs.
    mutating func releaseObject() { (object, originalObject) = (nil, nil) }

    /// Releases the painting's pixels, which only the passes at this size need: to carry their change up, the composite
    /// does.
    mutating func releasePainting() { painting = Image(width: 1, height: 1, values: [0, 0, 0]) }

    /// The size of a whole tap.
    package func size(of tap: VGG16.Tap) -> Size {
        Size(width: painting.width >> tap.depth, height: painting.height >> tap.depth)
    }

    /// The crop in the coordinates of a tap.
    package func crop(at tap: VGG16.Tap) -> Region { crop.halved(tap.depth) }

    /// The field of a tap with these `matches` at `positions` (flat indices into the crop's part of it).
    package func field(at tap: VGG16.Tap, _ positions: [Int], _ matches: [Int]) -> FeatureNearestNeighborField {
        let size = size(of: tap)
        var field = FeatureNearestNeighborField(width: size.width, height: size.height, region: crop(at: tap))
        for (position, match) in zip(positions, matches) { field.matches[position] = match }
        return field
    }

    /// B·x + (1−B)·P for an x of the crop's size, clamped to 0…1 where B is above 0.
    package func blended(_ x: Image) -> Image { blended(x, by: blendMask) }

    /// The same for another B.
    package func blended(_ x: Image, by mask: Mask) -> Image {
        var result = crop.part(of: painting).composited(with: x, mask: mask)
        for i in mask.values.indices where mask.values[i] != 0 {
            for c in 3 * i..<3 * i + 3 { result.values[c] = result.values[c].clampedToUnit }
        }
        return result
    }

    /// `x` blended with the painting, in the bounding box of B > 0; with the composite's CIELAB a and b if
    /// `keepingColors`.
    package func overlay(_ x: Image, keepingColors: Bool = false) -> Overlay {
        let mask = blendMask, box = Region(bounding: mask)
        return Overlay(
            box.part(of: blended(keepingColors ? x.keepingColors(of: composite) : x, by: mask)),
            at: box.moved(by: crop.origin).origin, mask: box.part(of: mask))
    }
}

extension Mask {
    /// The larger value at each pixel.
    fileprivate func union(_ other: Mask) -> Mask {
        Mask(width: width, height: height, values: zip(values, other.values).map { max($0, $1) })
    }
}
