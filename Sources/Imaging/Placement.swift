/// Where an object goes in a painting, and at which scale.
public struct Placement: Equatable, Sendable {
    /// The painting's pixel that the object's top-left corner lands on; nil centres the object.
    public var origin: Point?

    /// Pixels of the painting for each pixel of the object; above 0.
    public var scale: Double

    /// A column and a row of the painting; may lie outside it.
    public struct Point: Equatable, Sendable {
        /// The column and the row.
        public var x, y: Int

        /// The point in column `x` and row `y`.
        public init(x: Int, y: Int) {
            self.x = x
            self.y = y
        }
    }

    /// A placement with the top-left corner at `origin` (centred where nil) and scaled by `scale`.
    public init(at origin: Point? = nil, scale: Double = 1) {
        self.origin = origin
        self.scale = scale
    }

    /// The size of an object of `size` once scaled: rounded to whole pixels, at least one each way.
    ///
    /// Throws ``PlacementError/tooLarge(scaled:limit:)`` beyond 400 megapixels.
    public func scaledSize(_ size: Size) throws(PlacementError) -> Size {
        let width = (Double(size.width) * scale).rounded(), height = (Double(size.height) * scale).rounded()
        let limit = 4e8
        guard width * height <= limit, max(width, height) <= limit else {
            throw .tooLarge(scaled: "\(width)×\(height)", limit: Int(limit))
        }
        return Size(width: max(1, Int(width)), height: max(1, Int(height)))
    }

    /// The corner on which an object of `size` (after scaling) lands in a painting of size `painting`.
    func corner(of size: Size, in painting: Size) -> Point {
        origin ?? Point(x: (painting.width - size.width) / 2, y: (painting.height - size.height) / 2)
    }
}

/// What can be wrong with a placement. Sizes are in pixels.
public enum PlacementError: Error, Equatable, Sendable {
    /// The mask is not of the object's size.
    case maskSize(mask: Size, object: Size)
    /// The loose mask is neither of the painting's nor of the object's size.
    case looseMaskSize(loose: Size, object: Size, painting: Size)
    /// The object, scaled to `size`, lies wholly outside the painting.
    case outside(corner: Placement.Point, size: Size, painting: Size)
    /// No pixel of the mask that lies inside the painting is above 0.
    case emptyMask
    /// No pixel of the loose mask that lies inside the painting is above its threshold of 0.1.
    case emptyLooseMask
    /// The scaled object has more than `limit` pixels.
    case tooLarge(scaled: String, limit: Int)
}

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
    ///   - placement: where and how large.
    /// - Throws: ``PlacementError``.
    public init(
        _ object: Image, mask: Mask, looseMask: Mask? = nil, in painting: Size, _ placement: Placement = Placement()
    ) throws(PlacementError) {
        guard mask.size == object.size else { throw .maskSize(mask: mask.size, object: object.size) }
        let size = try placement.scaledSize(object.size)
        let corner = placement.corner(of: size, in: painting)
        // Offsets beyond any painting must not overflow the sums below.
        let reach = 1 << 30
        guard abs(corner.x) < reach, abs(corner.y) < reach,
            corner.x < painting.width, corner.y < painting.height, corner.x + size.width > 0,
            corner.y + size.height > 0
        else { throw .outside(corner: corner, size: size, painting: painting) }

        let (colours, scaledMask) = Self.scaled(object, mask, to: size)
        self.image = Image(
            width: painting.width, height: painting.height,
            values: Self.framed(colours.values, channels: 3, size, at: corner, in: painting))
        self.mask = Mask(
            width: painting.width, height: painting.height,
            values: Self.framed(scaledMask.values, channels: 1, size, at: corner, in: painting))
        guard !self.mask.isEmpty else { throw .emptyMask }
        guard let looseMask else {
            self.looseMask = nil
            return
        }
        let loose: Mask
        if looseMask.size == painting {
            loose = looseMask
        } else if looseMask.size == object.size {
            loose = Mask(
                width: painting.width, height: painting.height,
                values: Self.framed(
                    looseMask.resampled(to: size).values, channels: 1, size, at: corner, in: painting))
        } else {
            throw .looseMaskSize(loose: looseMask.size, object: object.size, painting: painting)
        }
        let thresholded = loose.thresholded(at: 0.1)
        guard !thresholded.isEmpty else { throw .emptyLooseMask }
        self.looseMask = thresholded
    }

    /// M·O and M are resampled and divided again, so that colours from outside the mask (often black) do not bleed in.
    private static func scaled(_ object: Image, _ mask: Mask, to size: Size) -> (Image, Mask) {
        if object.size == size { return (object, mask) }
        var premultiplied = object.values
        for i in mask.values.indices { for c in 0..<3 { premultiplied[3 * i + c] *= mask.values[i] } }
        premultiplied = Resampling.resample(premultiplied, from: object.size, to: size, channels: 3)
        let coverage = mask.resampled(to: size)
        var colours = object.resampled(to: size)
        // Below half an 8-bit step the object cannot be seen, and the quotient would be noise.
        for i in coverage.values.indices where coverage.values[i] > 1 / 512 {
            for c in 0..<3 { colours.values[3 * i + c] = min(max(premultiplied[3 * i + c] / coverage.values[i], 0), 1) }
        }
        return (colours, coverage)
    }

    /// The part of `values` (`size`, interleaved channels) that lies in the painting, zeros around it.
    private static func framed(
        _ values: [Float], channels: Int, _ size: Size, at corner: Placement.Point, in painting: Size
    ) -> [Float] {
        if size == painting, corner == Placement.Point(x: 0, y: 0) { return values }
        var result = [Float](repeating: 0, count: painting.width * painting.height * channels)
        let columns = max(0, corner.x)..<min(painting.width, corner.x + size.width)
        for y in max(0, corner.y)..<min(painting.height, corner.y + size.height) {
            let from = ((y - corner.y) * size.width + columns.lowerBound - corner.x) * channels
            let to = (y * painting.width + columns.lowerBound) * channels
            for i in 0..<columns.count * channels { result[to + i] = values[from + i] }
        }
        return result
    }
}
