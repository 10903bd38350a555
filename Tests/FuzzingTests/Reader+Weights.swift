import Foundation
@testable import NeuralNet

extension Reader {
    static let rawWeights = Reader(
        name: "weights", limit: 4096, errors: [WeightsError.self],
        repair: { bytes in
            let body = bytes.dropLast(RawHeader.checksumSize)
            return body + littleEndian(Checksum.fnv1a(body))
        },
        read: { bytes in
            _ = try bytes.withUnsafeBytes { try Weights(decoding: $0, path: "file") }
        })

    /// Importing, and the ranges of a file that lies elsewhere.
    static let safeTensors = Reader(
        name: "safetensors", limit: 8192, errors: [WeightsError.self],
        repair: { bytes in
            // The header ends with its last brace.
            guard bytes.count > 8, let end = bytes.lastIndex(of: UInt8(ascii: "}")), end >= 8 else { return bytes }
            return littleEndian(UInt64(end - 7)) + bytes[8...]
        },
        read: { bytes in
            let data = Data(bytes)
            _ = try SafeTensors.ranges(of: { _ in true }, head: data, size: bytes.count, gap: 16, path: "file")
            let file = try SafeTensors(decoding: data, path: "file")
            for name in file.names {
                // Each of these types is some tensor's, and the wrong one for most.
                _ = Result { try file.floats(name) }
                _ = Result { try file.int32(name) }
            }
            _ = try Weights(importing: data, path: "file")
        })

    /// The files that have a dump's size are too large to try many of. Nothing but floats stands in them: shorter ones
    /// come to all that can go wrong but a float that is not finite.
    static let headerlessDump = Reader(name: "dump", limit: 16384, errors: [WeightsError.self]) { bytes in
        _ = try bytes.withUnsafeBytes { try Weights(headerless: $0, path: "file") }
    }

    private static func littleEndian(_ value: UInt64) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}
