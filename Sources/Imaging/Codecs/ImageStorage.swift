/// The encoding parameters of a file, besides its format: results keep those of the painting's file.
public struct ImageStorage: Equatable, Sendable {
    /// The bit depth of a sample.
    public enum Depth: Int, Sendable {
        /// Steps of 1/255.
        case eight = 8

        /// Steps of 1/65535.
        case sixteen = 16
    }

    /// The bits per sample. JPEG and WebP always have 8.
    public var depth: Depth

    /// The RGB profile of the stored samples; nil for sRGB. An ``Image`` is sRGB in either case.
    public var profile: ColorProfile?

    /// The pixel density; nil if unknown.
    public var resolution: Resolution?

    /// The EXIF data, from its TIFF header on, at most 64 KB; nil for none, or where it says no more than orientation
    /// and resolution.
    ///
    /// A file is written with all of it, the place where a photograph was taken included, but upright, with its own
    /// size and resolution, and without a thumbnail; in a TIFF without the notes of a camera's maker. Bytes that are no
    /// sound EXIF data are left out.
    public var exif: [UInt8]?

    /// By default 8-bit sRGB of unknown resolution.
    public init(
        depth: Depth = .eight, profile: ColorProfile? = nil, resolution: Resolution? = nil, exif: [UInt8]? = nil
    ) {
        self.depth = depth
        self.profile = profile
        self.resolution = resolution
        self.exif = exif
    }
}
