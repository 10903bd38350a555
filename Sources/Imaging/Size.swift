/// A width and a height in pixels.
public struct Size: Hashable, Sendable, CustomStringConvertible {
    /// The number of columns and of rows.
    public var width, height: Int

    /// A size of `width` columns and `height` rows.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Width × height, as people write it: `722×570`.
    public var description: String { "\(width)×\(height)" }
}
