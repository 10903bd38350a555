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

    /// By default 8-bit sRGB of unknown resolution.
    public init(depth: Depth = .eight, profile: ColorProfile? = nil, resolution: Resolution? = nil) {
        self.depth = depth
        self.profile = profile
        self.resolution = resolution
    }
}
