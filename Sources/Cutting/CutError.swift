public import Geometry

/// Invalid input to a cut. Sizes are in pixels.
public enum CutError: Error, Equatable, Sendable {
    /// One of the two masks.
    public enum Kind: String, Sendable {
        /// The pixels that surely belong to the object, and surely do not.
        case keep, drop
    }

    /// The box is not inside the photograph.
    case box(Region, photograph: Size)
    /// The mask does not have the photograph's size.
    case maskSize(Kind, mask: Size, photograph: Size)
    /// A pixel is in both masks; this is the first.
    case contradiction(at: Point)
    /// The segmentation failed; `reason` is OpenCV's.
    case failed(reason: String)
    /// There is not enough memory.
    case outOfMemory
}

extension CutError: CustomStringConvertible {
    /// A one-line message.
    public var description: String {
        switch self {
        case .box(let box, let photograph):
            "the box, \(box.size) at \(box.origin.x),\(box.origin.y), is not inside the photograph, \(photograph)"
        case .maskSize(let kind, let mask, let photograph):
            "the mask of what to \(kind.rawValue) is \(mask) and the photograph \(photograph)"
        case .contradiction(let point): "the pixel \(point.x),\(point.y) is both to keep and to drop"
        case .failed(let reason): "the object cannot be told from the background: \(reason)"
        case .outOfMemory: "there is not enough memory to cut out the object"
        }
    }
}
