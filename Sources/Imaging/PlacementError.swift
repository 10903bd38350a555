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
