/// A picture that a format cannot hold: a JPEG has at most 65 500 pixels a side.
public struct EncodingFailure: Error, Equatable, Sendable {
    /// The format asked for.
    public let format: ImageFormat

    /// The codec's reason.
    public let reason: String
}
