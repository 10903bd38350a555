public import Files
internal import Foundation

extension Weights {
    /// Reads a weights file: in the raw format (see `encoded()`), or a header-less dump of VGG16.
    ///
    /// A dump holds little-endian Float32 values in torchvision's order (each layer's weight, then its bias) and is
    /// recognised by its size: 58,858,752 bytes for the 13 convolutions, 553,430,176 for all of VGG16, of which the
    /// convolutions are read. Mean and std are ImageNet's, the pooling is max pooling.
    ///
    /// - Parameter path: The file.
    /// - Returns: The weights.
    /// - Throws: `WeightsError.file` (`missing` or `unreadable`); `notImported` for a safetensors file and
    ///   `unknownFormat` for any other kind; the errors of `init(decoding:path:)`.
    public static func read(_ path: FilePath) throws(WeightsError) -> Weights {
        let data = try FileContents.map(weights: path)
        return try data.withUnsafeBytes { bytes in
            Result { () throws(WeightsError) in try Weights(anyFormat: bytes, path: path) }
        }.get()
    }

    /// Writes the raw format (see `encoded()`) atomically.
    ///
    /// - Parameter path: The file; an existing regular file is replaced.
    /// - Throws: `WeightsError.file` (`cannotWrite`).
    public func write(to path: FilePath) throws(WeightsError) { try RawFile(self).write(to: path) }

    private init(anyFormat bytes: UnsafeRawBufferPointer, path: FilePath) throws(WeightsError) {
        if RawHeader.matches(bytes) {
            try self.init(decoding: bytes, path: path)
        } else if Weights.isHeaderlessSize(bytes.count) {
            try self.init(headerless: bytes, path: path)
        } else if SafeTensors.matches(bytes) {
            throw .notImported(path: path)
        } else {
            throw .unknownFormat(path: path, byteCount: bytes.count)
        }
    }
}

extension FileContents {
    /// The bytes of a weights file, mapped (see `map(_:)`).
    static func map(weights path: FilePath) throws(WeightsError) -> Data {
        do { return try map(path) } catch { throw .file(error) }
    }
}

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

extension Weights {
    /// The sizes of a dump of VGG16 in bytes: the 13 convolutions alone, and with the classifier.
    private static let headerlessSizes = [58_858_752, 553_430_176]

    /// The numbers of channels of the original VGG16.
    private static let headerlessWidths = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]

    /// Whether `byteCount` is the size of a header-less dump.
    static func isHeaderlessSize(_ byteCount: Int) -> Bool { headerlessSizes.contains(byteCount) }

    /// Decodes a dump of VGG16's parameters (see ``read(_:)``); bytes after the convolutions are ignored.
    ///
    /// - Throws: `WeightsError.truncated` where convolutions are missing, `notFinite` for NaN or infinity.
    init(headerless bytes: UnsafeRawBufferPointer, path: FilePath) throws(WeightsError) {
        var reader = ByteReader(bytes, path: path)
        var layers: [ConvolutionWeights] = []
        var inputs = 3
        for (name, outputs) in zip(VGG16Layout.vgg16.names, Self.headerlessWidths) {
            let weights = try reader.floats(outputs * inputs * 9)
            let bias = try reader.floats(outputs)
            layers.append(
                ConvolutionWeights(name: name, shape: .init(out: outputs, in: inputs), weights: weights, bias: bias))
            inputs = outputs
        }
        try self.init(layers: layers, path: path)
    }
}
