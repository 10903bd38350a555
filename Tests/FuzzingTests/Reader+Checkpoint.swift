import Foundation

@testable import Harmonization
@testable import NeuralNet

extension Reader {
    static let checkpoint = Reader(
        name: "checkpoint", limit: 4096, errors: [CheckpointError.self, WeightsError.self],
        repair: { bytes in
            let repaired = safeTensors.repair(bytes)
            let key = Array(#""checksum":""#.utf8)
            guard let file = try? SafeTensors(decoding: Data(repaired), path: "file"),
                let range = repaired.firstRange(of: key),
                let end = repaired[range.upperBound...].firstIndex(of: UInt8(ascii: "\"")),
                let checksum = file.checksum(after: Checksum.fnv1a((file.metadata["state"] ?? "").utf8))
            else { return repaired }
            let digits = Array(String(checksum, radix: 16).utf8)
            return safeTensors.repair(Array(repaired[..<range.upperBound]) + digits + Array(repaired[end...]))
        },
        read: { bytes in
            let file = try SafeTensors(decoding: Data(bytes), path: "file")
            let checkpoint = try HarmonizationCheckpoint(decoding: file, path: "file")
            _ = (checkpoint.evaluations, checkpoint.encoded())
        })
}
