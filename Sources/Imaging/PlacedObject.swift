/// An object in a painting's frame, cropped to the bounding box of its masks' values above 0.
///
///     let object = try PlacedObject(cutout, mask: mask, in: painting.size, Placement(at: Point(x: 40, y: 60)))
///     print(object.origin, object.image.size)
public struct PlacedObject: Equatable, Sendable {
    /// The painting's size.
    public let frame: Size
    /// The position in the frame of the top-left pixel of `image` and the masks.
    public let origin: Point
    /// The object's colours; black outside the object.
    public let image: Image
    /// The tight mask M, of the image's size.
    public let mask: Mask
    /// The given loose mask, 0 or 1, of the image's size; nil where none was given.
    public let looseMask: Mask?
    /// The warning about the mask, before placement; nil where there is none.
    public let maskWarning: MaskWarning?

    /// Places `object` with its `mask` in the frame of a painting.
    ///
    /// - Parameters:
    ///   - object: the object's colours, of any size; clamped to 0…1, NaN to 0.
    ///   - mask: its mask, of the object's size; clamped likewise.
    ///   - looseMask: the pixels that may change, of the painting's size (not moved) or the object's (placed with it);
    ///     thresholded at 0.1.
    ///   - painting: the painting's size.
    ///   - placement: position, scale and rotation. By default, an object of the painting's size is neither moved nor
    ///     resampled.
    /// - Throws: ``PlacementError`` for a mask of a wrong size or empty inside the painting, an object wholly outside
    ///   it, or one scaled to more than 2³⁰ pixels a side.
    public init(
        _ object: Image, mask: Mask, looseMask: Mask? = nil, in painting: Size, _ placement: Placement = Placement()
    ) throws(PlacementError) {
        guard mask.size == object.size else { throw .maskSize(mask: mask.size, object: object.size) }
        let window = try Window(of: object.size, in: painting, placement)
        let tight = window.resampled(mask)
        guard let covered = tight.bounds?.moved(by: window.region.origin) else { throw .emptyMask }
        var box = covered
        if let looseMask {
            let (loose, region) = try window.placed(looseMask, in: painting)
            guard let bounds = loose.bounds?.moved(by: region.origin) else { throw .emptyLooseMask }
            box = box.union(bounds)
            self.looseMask = box.seen(from: region.origin).part(of: loose)
        } else {
            self.looseMask = nil
        }
        frame = painting
        origin = box.origin
        self.mask = box.seen(from: window.region.origin).part(of: tight)
        // Outside the tight mask colours are not used.
        image = box.seen(from: covered.origin).part(of: window.colours(of: object, under: mask, covered))
        maskWarning = MaskWarning(mask, of: object)
    }

    /// An object derived from another placed object.
    init(frame: Size, origin: Point, image: Image, mask: Mask, looseMask: Mask?, maskWarning: MaskWarning?) {
        (self.frame, self.origin, self.image) = (frame, origin, image)
        (self.mask, self.looseMask, self.maskWarning) = (mask, looseMask, maskWarning)
    }
}

/// A scaled and rotated object in the painting.
private struct Window {
    /// The object's size before that.
    private let object: Size
    private let transform: PlacementTransform
    /// The position in the painting of the top-left pixel of the object's bounding box; may lie outside.
    private let corner: Point
    /// The part of the painting that the box covers.
    let region: Region

    init(of object: Size, in painting: Size, _ placement: Placement) throws(PlacementError) {
        let transform = try PlacementTransform(of: object, placement)
        let size = transform.frame
        let corner = placement.corner(of: size, in: painting)
        let near = -Placement.reach...Placement.reach  // so that the sums below cannot overflow
        guard near.contains(corner.x), near.contains(corner.y), corner.x < painting.width, corner.y < painting.height,
            corner.x + size.width > 0, corner.y + size.height > 0
        else { throw .outside(corner: corner, size: size, painting: painting) }
        (self.object, self.transform, self.corner) = (object, transform, corner)
        region = Region(origin: corner, size: size).clamped(to: .whole(of: painting))
    }

    /// The crop to `region` of a mask of the object's size, resampled with the object.
    func resampled(_ mask: Mask) -> Mask {
        Mask(
            width: region.columns.count, height: region.rows.count,
            values: resampled(mask.values, channels: 1, region).map(\.clampedToUnit))
    }

    /// The loose mask thresholded to 0 or 1, and the part of the painting that it covers: all of it for a mask of the
    /// painting's size, `region` for one of the object's.
    func placed(_ looseMask: Mask, in painting: Size) throws(PlacementError) -> (mask: Mask, region: Region) {
        if looseMask.size == painting { return (looseMask.thresholded(at: 0.1), .whole(of: painting)) }
        guard looseMask.size == object else {
            throw .looseMaskSize(loose: looseMask.size, object: object, painting: painting)
        }
        return (resampled(looseMask).thresholded(at: 0.1), region)
    }

    /// The crop of the transformed object's colours to `box`.
    ///
    /// Colours are resampled premultiplied and divided by the resampled mask, so that those outside the mask (often
    /// black) do not bleed in.
    func colours(of image: Image, under mask: Mask, _ box: Region) -> Image {
        func clamped(_ values: FloatBuffer) -> Image {
            Image(width: box.columns.count, height: box.rows.count, values: values.map(\.clampedToUnit))
        }
        if transform.isPermutation { return clamped(resampled(image.values, channels: 3, box)) }
        let colours = resampled(image.values.premultiplied(by: mask.values), channels: 3, box)
        return clamped(colours.unpremultiplied(by: resampled(mask.values, channels: 1, box)))
    }

    /// The crop to `box` of the transformed `values` (of the object's size, interleaved channels).
    private func resampled(_ values: FloatBuffer, channels: Int, _ box: Region) -> FloatBuffer {
        transform.applied(to: values, box.seen(from: corner), channels: channels)
    }
}
