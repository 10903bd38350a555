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
