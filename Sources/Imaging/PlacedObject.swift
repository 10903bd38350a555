/// An object in a painting's frame: the part of the frame that it covers.
///
/// That is the smallest box that holds every pixel at which one of its masks is above 0; around it there is no object.
public struct PlacedObject: Equatable, Sendable {
    /// The painting's size.
    public let frame: Size
    /// The painting's pixel that the top-left pixel of `image` and the masks falls on.
    public let origin: Placement.Point
    /// The object's colours; black where it does not reach.
    public let image: Image
    /// The tight mask M, of the image's size.
    public let mask: Mask
    /// The loose mask that was given with it, 0 or 1, of the image's size; nil where none was.
    public let looseMask: Mask?
    /// What looks wrong about the mask, in the object's own frame; nil where nothing does.
    public let maskWarning: MaskWarning?

    /// Puts `object` with its `mask` into the frame of a painting.
    ///
    /// - Parameters:
    ///   - object: the object's colours, of any size; clamped to 0…1, NaN to 0.
    ///   - mask: its mask, of the object's size; clamped alike.
    ///   - looseMask: pixels that may change, of the painting's size (taken as it is) or the object's (placed with it);
    ///     counted where at least 0.1.
    ///   - painting: the painting's size.
    ///   - placement: where and how large. An object of the painting's size at scale 1 is by default used as it is.
    /// - Throws: ``PlacementError``.
    public init(
        _ object: Image, mask: Mask, looseMask: Mask? = nil, in painting: Size, _ placement: Placement = Placement()
    ) throws(PlacementError) {
        guard mask.size == object.size else { throw .maskSize(mask: mask.size, object: object.size) }
        let window = try Window(of: object.size, in: painting, placement)
        let tight = FramedMask(window.resampled(mask, window.box), window.box)
        guard let covered = tight.bounds else { throw .emptyMask }
        var box = covered
        let loose = try Self.framed(looseMask, window, object: object.size, painting: painting)
        if let loose {
            guard let bounds = loose.bounds else { throw .emptyLooseMask }
            box = box.union(bounds)
        }
        frame = painting
        origin = Placement.Point(x: box.columns.lowerBound, y: box.rows.lowerBound)
        self.mask = tight.part(box)
        self.looseMask = loose?.part(box)
        // Where there is no tight mask, colours do not count.
        let colours = window.colours(of: object, under: mask, covered)
        image = colours.part(
            columns: box.columns.shifted(by: -covered.columns.lowerBound),
            rows: box.rows.shifted(by: -covered.rows.lowerBound))
        maskWarning = MaskWarning(mask, of: object)
    }

    /// What is made of another placed object.
    init(
        frame: Size, origin: Placement.Point, image: Image, mask: Mask, looseMask: Mask?, maskWarning: MaskWarning?
    ) {
        (self.frame, self.origin, self.image) = (frame, origin, image)
        (self.mask, self.looseMask, self.maskWarning) = (mask, looseMask, maskWarning)
    }

    /// The loose mask where it lies in the painting, 0 or 1.
    private static func framed(_ looseMask: Mask?, _ window: Window, object: Size, painting: Size)
        throws(PlacementError) -> FramedMask?
    {
        guard let looseMask else { return nil }
        if looseMask.size == painting {
            return FramedMask(looseMask.thresholded(at: 0.1), Box(0..<painting.width, 0..<painting.height))
        }
        guard looseMask.size == object else {
            throw .looseMaskSize(loose: looseMask.size, object: object, painting: painting)
        }
        return FramedMask(window.resampled(looseMask, window.box).thresholded(at: 0.1), window.box)
    }
}

/// Columns and rows of the painting.
private struct Box {
    let columns, rows: Range<Int>

    init(_ columns: Range<Int>, _ rows: Range<Int>) { (self.columns, self.rows) = (columns, rows) }

    /// The smallest box that holds both.
    func union(_ other: Box) -> Box {
        func union(_ a: Range<Int>, _ b: Range<Int>) -> Range<Int> {
            min(a.lowerBound, b.lowerBound)..<max(a.upperBound, b.upperBound)
        }
        return Box(union(columns, other.columns), union(rows, other.rows))
    }
}

/// A mask and the part of the painting that it covers.
private struct FramedMask {
    private let mask: Mask
    private let box: Box

    init(_ mask: Mask, _ box: Box) { (self.mask, self.box) = (mask, box) }

    /// Where the values above 0 lie.
    var bounds: Box? {
        mask.bounds.map {
            Box($0.columns.shifted(by: box.columns.lowerBound), $0.rows.shifted(by: box.rows.lowerBound))
        }
    }

    /// The mask in another box; 0 where it does not reach.
    func part(_ other: Box) -> Mask {
        mask.part(
            columns: other.columns.shifted(by: -box.columns.lowerBound),
            rows: other.rows.shifted(by: -box.rows.lowerBound))
    }
}

/// A scaled object in the painting.
private struct Window {
    /// The object's size before and after scaling.
    private let object, scaled: Size
    /// The painting's pixel that the scaled object's corner falls on; may lie outside.
    private let corner: Placement.Point
    /// What of the painting the scaled object covers.
    let box: Box

    init(of object: Size, in painting: Size, _ placement: Placement) throws(PlacementError) {
        let scaled = try placement.scaledSize(object)
        let corner = placement.corner(of: scaled, in: painting)
        let near = -Placement.reach...Placement.reach  // so that the sums below cannot overflow
        guard near.contains(corner.x), near.contains(corner.y), corner.x < painting.width, corner.y < painting.height,
            corner.x + scaled.width > 0, corner.y + scaled.height > 0
        else { throw .outside(corner: corner, size: scaled, painting: painting) }
        self.object = object
        self.scaled = scaled
        self.corner = corner
        box = Box(
            max(0, corner.x)..<min(painting.width, corner.x + scaled.width),
            max(0, corner.y)..<min(painting.height, corner.y + scaled.height))
    }

    /// The part `box` of a mask of the object's size, scaled with it.
    func resampled(_ mask: Mask, _ box: Box) -> Mask {
        Mask(
            width: box.columns.count, height: box.rows.count,
            values: resampled(mask.values, channels: 1, box).map(\.clampedToUnit))
    }

    /// The part `box` of the scaled object's colours.
    ///
    /// M·O and M are resampled and divided again, so that colours from outside the mask (often black) do not bleed in.
    func colours(of image: Image, under mask: Mask, _ box: Box) -> Image {
        func clamped(_ values: [Float]) -> Image {
            Image(width: box.columns.count, height: box.rows.count, values: values.map(\.clampedToUnit))
        }
        if scaled == object { return clamped(resampled(image.values, channels: 3, box)) }
        var premultiplied = image.values
        for i in mask.values.indices { for c in 0..<3 { premultiplied[3 * i + c] *= mask.values[i] } }
        var colours = resampled(premultiplied, channels: 3, box)
        let coverage = resampled(mask.values, channels: 1, box)
        // Below half an 8-bit step the object cannot be seen, and the quotient would be noise.
        for i in coverage.indices {
            for c in 3 * i..<3 * i + 3 { colours[c] = coverage[i] > 1 / 512 ? colours[c] / coverage[i] : 0 }
        }
        return clamped(colours)
    }

    /// The part `box` of `values` (the object's size, interleaved channels) after scaling.
    private func resampled(_ values: [Float], channels: Int, _ box: Box) -> [Float] {
        Resampling.resample(
            values, from: object, to: scaled, columns: box.columns.shifted(by: -corner.x),
            rows: box.rows.shifted(by: -corner.y), channels: channels)
    }
}

extension Range<Int> {
    /// The range moved by `offset`.
    func shifted(by offset: Int) -> Range<Int> { lowerBound + offset..<upperBound + offset }
}
