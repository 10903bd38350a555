import Foundation
import NeuralNet

/// Files like those that are published: timm's names, shapes and order, made-up numbers, and a classifier of zeros.
enum PublishedFile {
    /// The convolutions of 512 channels and their like: 59 MB, and behind them 1 MB of classifier.
    static let vgg16 = make(blocks: [2, 2, 3, 3, 3])

    /// The same with another bias at the very beginning.
    static let other = make(blocks: [2, 2, 3, 3, 3], firstBiases: [0.4034, 0.3778, 0.4646])

    /// With batch normalisation, and 3 MB of something else between its tensors.
    static let vgg16BN = make(blocks: [2, 2, 3, 3, 3], isNormalized: true)

    static let vgg19 = make(blocks: [2, 2, 4, 4, 4])

    /// The weights that importing a whole file gives.
    static func weights(_ file: FileServer.File) throws -> Weights {
        try Weights(importing: Data(file.head) + Data(count: file.size - file.head.count), path: "file")
    }

    /// Where the data of the network ends, and that of the classifier begins.
    static func networkEnd(_ file: FileServer.File) -> Int { file.head.count }

    private static func make(
        blocks: [Int], isNormalized: Bool = false, firstBiases: [Float] = [0.4034, 0.3778, 0.4644, -0.3228, 0.3940]
    ) -> FileServer.File {
        var tensors: [(name: String, shape: [Int])] = []
        var (index, inputs) = (0, 3)
        for (outputs, count) in zip([64, 128, 256, 512, 512], blocks) {
            for _ in 0..<count {
                tensors += [
                    ("features.\(index).weight", [outputs, inputs, 3, 3]), ("features.\(index).bias", [outputs]),
                ]
                if isNormalized {
                    for suffix in ["weight", "bias", "running_mean", "running_var"] {
                        tensors.append(("features.\(index + 1).\(suffix)", [outputs]))
                    }
                }
                (index, inputs) = (index + (isNormalized ? 3 : 2), outputs)
            }
            index += 1
        }
        // Sorted as the format's own writer does.
        if isNormalized { tensors.append(("features_of_another_kind", [3, 1 << 18])) }
        tensors.sort { $0.name < $1.name }
        if isNormalized { tensors.swapAt(tensors.count - 1, tensors.count / 2) }
        tensors.append(("head.fc.weight", [64, 4096]))

        var entries = [#""__metadata__":{"format":"pt"}"#]
        var end = 0
        for (name, shape) in tensors {
            let size = 4 * shape.reduce(1, *)
            entries.append(#""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(end),\#(end + size)]}"#)
            end += size
        }
        let header = Array("{\(entries.joined(separator: ","))}".utf8)
        var head = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header
        let start = head.count
        let parts = tensors.dropLast().map { (name: $0.name, count: $0.shape.reduce(1, *)) }
        head += [UInt8](repeating: 0, count: 4 * parts.reduce(0) { $0 + $1.count })
        var state: UInt64 = 1
        head.withUnsafeMutableBytes { bytes in
            var offset = start
            for (name, count) in parts {
                // Small numbers of either sign; a variance must be positive.
                let mask: UInt32 = name.hasSuffix("running_var") ? 0x007f_ffff : 0x807f_ffff
                for i in 0..<count {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    let bits = 0x3c00_0000 | UInt32(truncatingIfNeeded: state >> 32) & mask
                    bytes.storeBytes(of: bits.littleEndian, toByteOffset: offset + 4 * i, as: UInt32.self)
                }
                if name == "features.0.bias" {
                    for (i, bias) in firstBiases.enumerated() {
                        bytes.storeBytes(
                            of: bias.bitPattern.littleEndian, toByteOffset: offset + 4 * i, as: UInt32.self)
                    }
                }
                offset += 4 * count
            }
        }
        return FileServer.File(head: head, size: start + end)
    }
}
