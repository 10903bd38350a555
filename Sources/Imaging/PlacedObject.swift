/// An object in a painting's frame: both pictures have the painting's size.
public struct PlacedObject: Equatable, Sendable {
    /// The object's colours; black where it does not reach.
    public let image: Image
    /// The tight mask M.
    public let mask: Mask
    /// The loose mask that was given with it, 0 or 1; nil where none was.
    public let looseMask: Mask?

    /// Puts `object` with its `mask` into the frame of a painting.
    ///
    /// - Parameters:
    ///   - object: the object's colours, of any size.
    ///   - mask: its mask, of the object's size.
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
        (image, self.mask) = Self.scaled(object, mask, window)
        guard !self.mask.isEmpty else { throw .emptyMask }
        guard let looseMask else {
            self.looseMask = nil
            return
        }
        let loose: Mask
        if looseMask.size == painting {
            loose = looseMask
        } else if looseMask.size == object.size {
            loose = window.mask(window.resampled(looseMask.values, channels: 1))
        } else {
            throw .looseMaskSize(loose: looseMask.size, object: object.size, painting: painting)
        }
        let thresholded = loose.thresholded(at: 0.1)
        guard !thresholded.isEmpty else { throw .emptyLooseMask }
        self.looseMask = thresholded
    }

    /// The object's colours and mask in the window, in the painting's frame.
    ///
    /// M·O and M are resampled and divided again, so that colours from outside the mask (often black) do not bleed in.
    private static func scaled(_ object: Image, _ mask: Mask, _ window: Window) -> (Image, Mask) {
        if window.scaled == object.size {
            return (
                window.image(window.resampled(object.values, channels: 3)),
                window.mask(window.resampled(mask.values, channels: 1))
            )
        }
        var premultiplied = object.values
        for i in mask.values.indices { for c in 0..<3 { premultiplied[3 * i + c] *= mask.values[i] } }
        var colours = window.resampled(premultiplied, channels: 3)
        let coverage = window.resampled(mask.values, channels: 1)
        // Below half an 8-bit step the object cannot be seen, and the quotient would be noise.
        for i in coverage.indices {
            for c in 3 * i..<3 * i + 3 { colours[c] = coverage[i] > 1 / 512 ? colours[c] / coverage[i] : 0 }
        }
        return (window.image(colours), window.mask(coverage))
    }
}

/// The part of a scaled object that lies in the painting.
private struct Window {
    /// The object's size before and after scaling.
    let object, scaled: Size
    let painting: Size
    /// The columns and rows of the scaled object that lie in the painting, and where the first of them lands.
    let columns, rows: Range<Int>
    let corner: Placement.Point

    init(of object: Size, in painting: Size, _ placement: Placement) throws(PlacementError) {
        let scaled = try placement.scaledSize(object)
        let corner = placement.corner(of: scaled, in: painting)
        let near = -Placement.reach...Placement.reach  // so that the sums below cannot overflow
        guard near.contains(corner.x), near.contains(corner.y), corner.x < painting.width, corner.y < painting.height,
            corner.x + scaled.width > 0, corner.y + scaled.height > 0
        else { throw .outside(corner: corner, size: scaled, painting: painting) }
        self.object = object
        self.scaled = scaled
        self.painting = painting
        columns = max(0, -corner.x)..<min(scaled.width, painting.width - corner.x)
        rows = max(0, -corner.y)..<min(scaled.height, painting.height - corner.y)
        self.corner = Placement.Point(x: max(0, corner.x), y: max(0, corner.y))
    }

    /// The window of `values` (the object's size, interleaved channels) after scaling.
    func resampled(_ values: [Float], channels: Int) -> [Float] {
        Resampling.resample(values, from: object, to: scaled, columns: columns, rows: rows, channels: channels)
    }

    /// The window's colours in the painting's frame, clamped to 0…1; black around it.
    func image(_ values: [Float]) -> Image {
        Image(width: painting.width, height: painting.height, values: framed(values, channels: 3))
    }

    /// The window's mask in the painting's frame, clamped to 0…1; 0 around it.
    func mask(_ values: [Float]) -> Mask {
        Mask(width: painting.width, height: painting.height, values: framed(values, channels: 1))
    }

    private func framed(_ values: [Float], channels: Int) -> [Float] {
        let line = columns.count * channels
        var result = [Float](repeating: 0, count: painting.width * painting.height * channels)
        for row in 0..<rows.count {
            let to = ((corner.y + row) * painting.width + corner.x) * channels
            for i in 0..<line { result[to + i] = min(max(values[row * line + i], 0), 1) }
        }
        return result
    }
}
