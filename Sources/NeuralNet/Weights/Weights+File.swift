public import Files
internal import Foundation

extension Weights {
    /// Reads a file of weights: the raw format, which `encoded()` describes, or else a header-less dump of VGG16.
    ///
    /// A dump is little-endian Float32 in torchvision's order (each layer's weight, then its bias) and known by its
    /// size: 58,858,752 bytes for the 13 convolutions, 553,430,176 for all of VGG16, of which the convolutions are
    /// read. It gets ImageNet's mean and std and max pooling.
    ///
    /// - Parameter path: The file.
    /// - Returns: The weights.
    /// - Throws: `WeightsError.file` (`missing` or `unreadable`); `notImported` for a safetensors file and
    ///   `unknownFormat` for any other kind; whatever `init(decoding:path:)` throws.
    public static func read(_ path: FilePath) throws(WeightsError) -> Weights {
        let data = try FileContents.map(weights: path)
        return try data.withUnsafeBytes { bytes in
            Result { () throws(WeightsError) in try Weights(anyFormat: bytes, path: path) }
        }.get()
    }

    /// Writes the raw format, which `encoded()` describes; the file appears whole or not at all.
    ///
    /// - Parameter path: The file; one that is there is replaced unless it is a device, a pipe or a socket.
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
    /// The bytes of a file of weights, mapped; see `map`.
    static func map(weights path: FilePath) throws(WeightsError) -> Data {
        do { return try map(path) } catch { throw .file(error) }
    }
}
