public import Files

extension Weights {
    /// The bytes of a raw weights file.
    ///
    /// All values are little-endian, without padding:
    ///
    ///     8 bytes      magic, "HARMNET\n"
    ///     UInt32       version, 1
    ///     UInt32       pooling: 0 max, 1 average
    ///     UInt32       number of layers: 11 to 13 (VGG16) or 13 to 16 (VGG19)
    ///     Float32[3]   mean
    ///     Float32[3]   std
    ///     per layer:
    ///       UInt32     number of bytes of the name
    ///       bytes      the name in UTF-8: conv1_1 … conv5_4
    ///       UInt32[4]  shape: out, in, kh, kw (outputs, inputs, rows, columns)
    ///       UInt64     offset of the layer's data from the start of the file
    ///     per layer, at its offset:
    ///       Float32    weights, [out][in][kh][kw]
    ///       Float32    bias, [out]
    ///     UInt64       checksum: FNV-1a (64 bits) of all the bytes before it
    ///
    /// The layers' data may lie in any order and have gaps between them; here they follow one another.
    public func encoded() -> [UInt8] { RawFile(self).encoded() }

    /// Decodes the bytes of a raw weights file (see `encoded()`).
    ///
    /// If the checksum does not match, the error is `truncated` if the header states more bytes than there are, else
    /// `checksum`, whatever else is wrong.
    ///
    /// - Parameters:
    ///   - bytes: The whole file, at any alignment; copied.
    ///   - path: The file that errors name.
    /// - Throws: `WeightsError.unknownFormat`, `truncated`, `unsupportedVersion` or `checksum`; for an intact file that
    ///   violates the format, `malformed`, `layerCount`, `missingLayer`, `shape`, `outOfRange`, `overlap`,
    ///   `normalization` or `notFinite`.
    public init(decoding bytes: UnsafeRawBufferPointer, path: FilePath) throws(WeightsError) {
        self.init(try RawFile(decoding: bytes, as: VGG16Layout.file, path: path))
    }
}
