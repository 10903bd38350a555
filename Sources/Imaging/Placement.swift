/// The position and scale of an object in a painting.
public struct Placement: Equatable, Sendable {
    /// The position in the painting of the object's top-left pixel; nil centres the object.
    public var origin: Point?

    /// The scale in painting pixels per object pixel; finite and above 0.
    public var scale: Double

    /// A placement with the top-left pixel at `origin` (nil centres), scaled by `scale` (finite, above 0).
    public init(at origin: Point? = nil, scale: Double = 1) {
        precondition(scale.isFinite && scale > 0, "a scale is above 0, got \(scale)")
        self.origin = origin
        self.scale = scale
    }

    /// The largest side of a scaled object, and the largest distance of its corner from the painting's, in pixels.
    static let reach = 1 << 30

    /// The scaled size of an object of `size`, rounded to whole pixels, at least 1×1.
    ///
    /// - Throws: ``PlacementError/tooLarge(object:scale:)`` where a side would have more than 2³⁰ pixels.
    public func scaledSize(_ size: Size) throws(PlacementError) -> Size {
        let (width, height) = ((Double(size.width) * scale).rounded(), (Double(size.height) * scale).rounded())
        guard max(width, height) <= Double(Self.reach) else { throw .tooLarge(object: size, scale: scale) }
        return Size(width: max(1, Int(width)), height: max(1, Int(height)))
    }

    /// The position of the top-left pixel of an object of `size` (after scaling) in a painting of size `painting`.
    func corner(of size: Size, in painting: Size) -> Point {
        origin ?? Point(x: (painting.width - size.width) / 2, y: (painting.height - size.height) / 2)
    }
}
