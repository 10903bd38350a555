internal import Foundation
package import Tensors

/// Files of one's own.
extension SafeTensors {
    /// The bytes of a file that holds `tensors` in their order, each under its name, and `metadata`.
    package static func encoded(_ tensors: [(name: String, tensor: Tensor)], metadata: [String: String]) -> [UInt8] {
        withParts(tensors, metadata: metadata) { parts in parts.reduce(into: []) { $0 += $1 } }
    }

    /// Calls `body` with the parts of such a file, to be put one behind the other.
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
        // The format allows for spaces behind the header: they put the data at a multiple of 8 bytes.
        header += repeatElement(UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        let beginning = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
        return withExtendedLifetime(tensors) {
            beginning.withUnsafeBytes { beginning in
                // All processors that Swift runs on are little-endian, as the format is.
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
        // An empty one's extents need not have a product.
        guard let shape = shape(of: name), !values.isEmpty else {
            throw .malformed(path: path, reason: "\(name) is empty")
        }
        return Tensor(shape: shape, values: values)
    }

    /// FNV-1a over the words of all data, after `hash`; nil where it is not made of words.
    package func checksum(after hash: UInt64) -> UInt64? {
        guard data.count % 4 == 0 else { return nil }
        return data.withUnsafeBytes { Checksum.fnv1a(words: $0, after: hash) }
    }
}
