/// The position, scale and rotation of an object in a painting.
///
///     Placement(at: Point(x: 40, y: 60), scale: 0.5, rotation: 30, isMirrored: true)
public struct Placement: Equatable, Sendable {
    /// The position in the painting of the top-left pixel of the placed object's bounding box, see
    /// ``boundingSize(_:)``; nil centres the box.
    public var origin: Point?

    /// The scale in painting pixels per object pixel; finite and above 0.
    public var scale: Double

    /// The rotation about the object's middle in degrees, counter-clockwise; finite. Multiples of 90 only move pixels.
    public var rotation: Double

    /// Whether left and right change places, before the rotation.
    public var isMirrored: Bool

    /// A placement with the top-left pixel at `origin` (nil centres), scaled by `scale` (finite, above 0), mirrored and
    /// rotated by `rotation` degrees (finite).
    public init(at origin: Point? = nil, scale: Double = 1, rotation: Double = 0, isMirrored: Bool = false) {
        precondition(scale.isFinite && scale > 0, "a scale is above 0, got \(scale)")
        precondition(rotation.isFinite, "a rotation is a finite number of degrees, got \(rotation)")
        (self.origin, self.scale) = (origin, scale)
        (self.rotation, self.isMirrored) = (rotation, isMirrored)
    }

    /// The largest side of a scaled object, and the largest distance of its corner from the painting's, in pixels.
    static let reach = 1 << 30

    /// The scaled size of an object of `size`, before the rotation, rounded to whole pixels, at least 1×1.
    ///
    /// - Throws: ``PlacementError/tooLarge(object:scale:)`` where a side would have more than 2³⁰ pixels.
    public func scaledSize(_ size: Size) throws(PlacementError) -> Size {
        let (width, height) = ((Double(size.width) * scale).rounded(), (Double(size.height) * scale).rounded())
        guard max(width, height) <= Double(Self.reach) else { throw .tooLarge(object: size, scale: scale) }
        return Size(width: max(1, Int(width)), height: max(1, Int(height)))
    }

    /// The size of the smallest box of whole pixels around an object of `size`, scaled and rotated by θ: of a scaled
    /// size of w×h it is ⌈w·|cos θ| + h·|sin θ|⌉ × ⌈w·|sin θ| + h·|cos θ|⌉. The middles of object and box coincide.
    ///
    /// - Throws: ``PlacementError/tooLarge(object:scale:)`` where a side would have more than 2³⁰ pixels.
    public func boundingSize(_ size: Size) throws(PlacementError) -> Size {
        try PlacementTransform(of: size, self).frame
    }

    /// The position of the top-left pixel of a bounding box of `size` in a painting of size `painting`.
    func corner(of size: Size, in painting: Size) -> Point {
        origin ?? Point(x: (painting.width - size.width) / 2, y: (painting.height - size.height) / 2)
    }
}

/// An invalid placement. Sizes are in pixels.
public enum PlacementError: Error, Equatable, Sendable {
    /// The mask does not have the object's size.
    case maskSize(mask: Size, object: Size)
    /// The loose mask has neither the painting's nor the object's size.
    case looseMaskSize(loose: Size, object: Size, painting: Size)
    /// The object's bounding box, `size` once scaled and rotated and with its top-left corner at `corner`, lies wholly
    /// outside the painting.
    case outside(corner: Point, size: Size, painting: Size)
    /// No pixel of the mask that lies inside the painting is above 0.
    case emptyMask
    /// No pixel of the loose mask that lies inside the painting reaches its threshold of 0.1.
    case emptyLooseMask
    /// The object scaled by this factor has a side of more than 2³⁰ pixels.
    case tooLarge(object: Size, scale: Double)
}

extension PlacementError: CustomStringConvertible {
    /// A one-line message.
    public var description: String {
        switch self {
        case .maskSize(let mask, let object): "the mask is \(mask) and the object \(object)"
        case .looseMaskSize(let loose, let object, let painting):
            "the loose mask is \(loose), the object \(object) and the painting \(painting)"
        case .outside(let corner, let size, let painting):
            "the object, \(size) at \(corner.x),\(corner.y), lies outside the painting, \(painting)"
        case .emptyMask: "no pixel of the mask inside the painting belongs to the object"
        case .emptyLooseMask: "no pixel of the loose mask lies inside the painting"
        case .tooLarge(let object, let scale): "the object, \(object), cannot be scaled by \(scale)"
        }
    }
}
