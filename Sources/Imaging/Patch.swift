/// A picture that replaces a part of a larger one.
public struct Patch: Equatable, Sendable {
    /// The larger picture's pixel that the top-left pixel of `image` replaces.
    public let origin: Placement.Point
    /// The colours.
    public let image: Image
    /// How far each of them is new, of the image's size: 0 is the larger picture's own, 1 has nothing of it. Nil where
    /// that is not known.
    public let mask: Mask?

    /// A patch of `image` with its top-left pixel at `origin`.
    public init(_ image: Image, at origin: Placement.Point, mask: Mask? = nil) {
        precondition(
            mask == nil || mask?.size == image.size, "expected a mask of \(image.size), got \(mask?.size as Any)")
        self.image = image
        self.origin = origin
        self.mask = mask
    }

    /// `picture` with the patch in its place. The patch lies inside it.
    public func laid(into picture: Image) -> Image {
        precondition(
            origin.x >= 0 && origin.y >= 0 && origin.x + image.width <= picture.width
                && origin.y + image.height <= picture.height,
            "a patch of \(image.size) at \(origin.x),\(origin.y) does not lie in \(picture.size)")
        var result = picture
        let line = 3 * image.width
        for row in 0..<image.height {
            let start = 3 * ((origin.y + row) * picture.width + origin.x)
            result.values.replaceSubrange(start..<start + line, with: image.values[row * line..<(row + 1) * line])
        }
        return result
    }
}
