internal import Foundation
package import Tensors

/// Encoding.
extension SafeTensors {
    /// The bytes of a file with `tensors`, whose data follow one another in this order, and `metadata`.
    package static func encoded(_ tensors: [(name: String, tensor: Tensor)], metadata: [String: String]) -> [UInt8] {
        withParts(tensors, metadata: metadata) { parts in parts.reduce(into: []) { $0 += $1 } }
    }

    /// Calls `body` with the consecutive parts of such a file, without copying the tensors.
    package static func withParts<Result>(
        _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String],
        _ body: ([UnsafeRawBufferPointer]) -> Result
    ) -> Result {
        var entries: [String: SafeTensorsHeader.Tensor] = [:], end = 0
        for (name, tensor) in tensors {
            let start = end
            end += 4 * tensor.count
            entries[name] = .init(type: "F32", shape: tensor.shape, range: start..<end)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var header = try? encoder.encode(SafeTensorsHeader(metadata: metadata, tensors: entries)) else {
            preconditionFailure("names and numbers are always JSON")
        }
        // The header is padded with spaces, as the format allows, so that the data is aligned to 8 bytes.
        header += repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        let beginning = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
        return withExtendedLifetime(tensors) {
            beginning.withUnsafeBytes { beginning in
                // The format is little-endian, as are all processors that Swift supports.
                body(
                    [beginning]
                        + tensors.map { _, tensor in
                            tensor.read { UnsafeRawBufferPointer(start: $0, count: 4 * tensor.count) }
                        })
            }
        }
    }

    /// A tensor of Float32 values with its shape.
    ///
    /// - Throws: as ``floats(_:)``; `WeightsError.malformed` for an empty one.
    package func tensor(_ name: String) throws(WeightsError) -> Tensor {
        let values = try floats(name)
        // The product of the extents of an empty tensor may overflow.
        guard let shape = shape(of: name), !values.isEmpty else {
            throw .malformed(path: path, reason: "\(name) is empty")
        }
        return Tensor(shape: shape, values: values)
    }

    /// FNV-1a over the 32-bit words of all data, after `hash`; nil if its size is not a multiple of 4 bytes.
    package func checksum(after hash: UInt64) -> UInt64? {
        guard data.count % 4 == 0 else { return nil }
        return data.withUnsafeBytes { Checksum.fnv1a(words: $0, after: hash) }
    }
}
