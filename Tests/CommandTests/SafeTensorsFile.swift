import Foundation
import NeuralNet

/// Writes weights as the safetensors files that people find: torchvision's names, Float32.
enum SafeTensorsFile {
    private static let indices = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]

    /// The bytes of a file of `weights`, without the layer `missing`.
    static func bytes(of weights: Weights, without missing: String? = nil) -> [UInt8] {
        var entries = [#""__metadata__":{"pooling":"\#(weights.pooling.rawValue)"}"#]
        var data: [UInt8] = []
        func add(_ name: String, _ shape: [Int], _ values: [Float]) {
            let start = data.count
            for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { data += $0 } }
            entries.append(
                #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(start),\#(data.count)]}"#)
        }
        for (index, layer) in zip(indices, weights.layers) where layer.name != missing {
            add("features.\(index).weight", layer.shape.dimensions, layer.weights)
            add("features.\(index).bias", [layer.bias.count], layer.bias)
        }
        let header = Array("{\(entries.joined(separator: ","))}".utf8)
        return withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) } + header + data
    }
}
