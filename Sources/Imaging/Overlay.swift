/// An overlay: a picture that replaces a rectangle of a larger one.
public struct Overlay: Equatable, Sendable {
    /// The larger picture's pixel that the top-left pixel of `image` replaces.
    public let origin: Point
    /// The colours.
    public let image: Image
    /// The alpha with which `image` was composited, of its size: 0 is the larger picture's own pixel, 1 a new one. Nil
    /// where unknown.
    public let mask: Mask?

    /// An overlay of `image` with its top-left pixel at `origin`.
    public init(_ image: Image, at origin: Point, mask: Mask? = nil) {
        precondition(
            mask == nil || mask?.size == image.size, "expected a mask of \(image.size), got \(mask?.size as Any)")
        self.image = image
        self.origin = origin
        self.mask = mask
    }

    /// `picture` with the overlay's rectangle, which lies inside, replaced.
    public func laid(into picture: Image) -> Image {
        var result = picture
        result.values.replace(region, of: picture.size, channels: 3, by: image.values)
        return result
    }

    /// The rectangle of the larger picture that is replaced.
    package var region: Region { Region(origin: origin, size: image.size) }
}
