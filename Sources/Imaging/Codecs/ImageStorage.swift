/// How a file holds an image, beside its format: what of a painting's file its results keep.
public struct ImageStorage: Equatable, Sendable {
    /// How finely values are stored.
    public enum Depth: Int, Sendable {
        /// Steps of 1/255.
        case eight = 8

        /// Steps of 1/65535.
        case sixteen = 16
    }

    /// The bits of a sample. JPEG always has 8.
    public var depth: Depth

    /// The RGB profile whose space the samples are in; nil for sRGB. Values of an ``Image`` are sRGB all the same.
    public var profile: ColorProfile?

    /// The pixels per unit of length; nil when nothing is known of them.
    public var resolution: Resolution?

    /// A storage of 8-bit sRGB, unless something else is asked for.
    public init(depth: Depth = .eight, profile: ColorProfile? = nil, resolution: Resolution? = nil) {
        self.depth = depth
        self.profile = profile
        self.resolution = resolution
    }
}
