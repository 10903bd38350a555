import Foundation

/// Builds safetensors files for tests, wrong ones too.
struct SafeTensorsWriter {
    var metadata: [String: String]?
    private var entries: [String] = []
    private var data: [UInt8] = []

    init(metadata: [String: String]? = nil) { self.metadata = metadata }

    mutating func add(_ name: String, type: String, shape: [Int], data bytes: [UInt8]) {
        let range = [data.count, data.count + bytes.count]
        entries.append(#""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(range)}"#)
        data += bytes
    }

    mutating func add(_ name: String, shape: [Int], _ values: [Float]) {
        add(name, type: "F32", shape: shape, data: values.littleEndianBytes)
    }

    var bytes: [UInt8] {
        let pairs = metadata.map { $0.map { #""\#($0)":"\#($1)""# }.joined(separator: ",") }
        let all = (pairs.map { [#""__metadata__":{\#($0)}"#] } ?? []) + entries
        return Self.file(header: "{\(all.joined(separator: ","))}", data: data)
    }

    static func file(header: String, data: [UInt8] = []) -> [UInt8] {
        UInt64(header.utf8.count).littleEndianBytes + Array(header.utf8) + data
    }
}
