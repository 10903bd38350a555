/// Where an object goes in a painting, and at which scale.
public struct Placement: Equatable, Sendable {
    /// The painting's pixel that the object's top-left corner lands on; nil centres the object.
    public var origin: Point?

    /// Pixels of the painting for each pixel of the object; finite and above 0.
    public var scale: Double

    /// A placement with the top-left corner at `origin` (centred where nil), scaled by `scale` (finite, above 0).
    public init(at origin: Point? = nil, scale: Double = 1) {
        precondition(scale.isFinite && scale > 0, "a scale is above 0, got \(scale)")
        self.origin = origin
        self.scale = scale
    }

    /// The most pixels that a side of a scaled object may have, or its corner be away from the painting's.
    static let reach = 1 << 30

    /// The size of an object of `size` once scaled: rounded to whole pixels, at least one each way.
    ///
    /// Throws ``PlacementError/tooLarge(object:scale:)`` where a side would have more than 2³⁰ pixels.
    public func scaledSize(_ size: Size) throws(PlacementError) -> Size {
        let (width, height) = ((Double(size.width) * scale).rounded(), (Double(size.height) * scale).rounded())
        guard max(width, height) <= Double(Self.reach) else { throw .tooLarge(object: size, scale: scale) }
        return Size(width: max(1, Int(width)), height: max(1, Int(height)))
    }

    /// The corner on which an object of `size` (after scaling) lands in a painting of size `painting`.
    func corner(of size: Size, in painting: Size) -> Point {
        origin ?? Point(x: (painting.width - size.width) / 2, y: (painting.height - size.height) / 2)
    }
}
