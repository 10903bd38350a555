import Foundation
import Testing

import NeuralNet

@Suite("SafeTensors")
struct SafeTensorsTests {
    @Test("tensors, shapes, names and metadata are read back")
    func values() throws {
        var writer = SafeTensorsWriter(metadata: ["author": "nobody", "pooling": "avg"])
        writer.add("b", shape: [2, 3], [1, -2, 3.5, 0, .infinity, 0x1p-140])
        writer.add("a", type: "I32", shape: [3], data: [7, -1, Int32.min].flatMap(\.littleEndianBytes))
        writer.add("scalar", shape: [], [42])
        writer.add("empty", shape: [4, 0], [])
        let file = try open(writer.bytes)
        #expect(file.names == ["a", "b", "empty", "scalar"])
        #expect(file.metadata == ["author": "nobody", "pooling": "avg"])
        #expect(file.shape(of: "b") == [2, 3] && file.shape(of: "scalar") == [] && file.shape(of: "c") == nil)
        #expect(try file.floats("b") == [1, -2, 3.5, 0, .infinity, 0x1p-140])
        #expect(try file.int32("a") == [7, -1, .min])
        #expect(try file.floats("scalar") == [42] && file.floats("empty") == [])
    }

    @Test("a file without metadata or tensors is a file")
    func empty() throws {
        let file = try open(SafeTensorsWriter.file(header: "{}"))
        #expect(file.names.isEmpty && file.metadata.isEmpty)
    }

    @Test("data that does not begin at a multiple of four is read", arguments: 0...3)
    func unaligned(shift: Int) throws {
        var writer = SafeTensorsWriter(metadata: ["": String(repeating: "x", count: shift)])
        writer.add("t", shape: [2], [1.5, 2.5])
        #expect(try open(writer.bytes).floats("t") == [1.5, 2.5])
    }

    @Test("the other floating-point types are converted")
    func otherTypes() throws {
        var writer = SafeTensorsWriter()
        let doubles = [0.1, -1e300, 2].map(\.bitPattern)
        writer.add("double", type: "F64", shape: [3], data: doubles.flatMap(\.littleEndianBytes))
        let halves: [UInt16] = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x83ff, 0x8000, 0x7c00, 0xfc00]
        writer.add("half", type: "F16", shape: [9], data: halves.flatMap(\.littleEndianBytes))
        writer.add("brain", type: "BF16", shape: [2], data: [0x80, 0x3f, 0x49, 0xc0])
        writer.add("nan", type: "F16", shape: [2], data: [0x00, 0x7e, 0x01, 0xfc])
        let file = try open(writer.bytes)
        #expect(try file.floats("double") == [0.1, -.infinity, 2])
        let expected: [Float] = [1, -2, 65504, 0x1p-14, 0x1p-24, -1023 * 0x1p-24, -0.0, .infinity, -.infinity]
        #expect(try file.floats("half").map(\.bitPattern) == expected.map(\.bitPattern))
        #expect(try file.floats("brain") == [1, -3.140625])
        #expect(try file.floats("nan").allSatisfy(\.isNaN))
    }

    @Test("what cannot be had is refused by name")
    func refused() throws {
        var writer = SafeTensorsWriter()
        writer.add("long", type: "I64", shape: [1], data: Array(repeating: 0, count: 8))
        writer.add("odd", type: "F4", shape: [3], data: [0, 0])
        writer.add("float", shape: [1], [1])
        let file = try open(writer.bytes)
        #expect(throws: WeightsError.missingTensor(path: "file", name: "x")) { try file.floats("x") }
        #expect(throws: WeightsError.missingTensor(path: "file", name: "x")) { try file.int32("x") }
        #expect(throws: WeightsError.unsupportedType(path: "file", tensor: "long", type: "I64")) {
            try file.floats("long")
        }
        #expect(throws: WeightsError.unsupportedType(path: "file", tensor: "odd", type: "F4")) {
            try file.floats("odd")
        }
        #expect(throws: WeightsError.unsupportedType(path: "file", tensor: "float", type: "F32")) {
            try file.int32("float")
        }
    }

    @Test("a file cut off anywhere is truncated")
    func truncated() {
        var writer = SafeTensorsWriter(metadata: ["pooling": "max"])
        writer.add("t", shape: [2], [1, 2])
        let bytes = writer.bytes
        for count in 0..<bytes.count {
            let error = #expect(throws: WeightsError.self) { try open(Array(bytes[..<count])) }
            let expected = count < 8 ? 8 : count < bytes.count - 8 ? bytes.count - 8 : bytes.count
            #expect(error == .truncated(path: "file", expected: expected, actual: count))
        }
    }

    @Test("an absurd header length is refused", arguments: [1 << 20 + 1, UInt64(Int.max), .max])
    func absurdHeader(length: UInt64) {
        #expect(throws: WeightsError.malformed(path: "file", reason: "a header of \(length) bytes")) {
            try open(length.littleEndianBytes + Array(repeating: 0x20, count: 100))
        }
    }

    @Test("a header beyond a network's is read where it is allowed")
    func longHeader() throws {
        var writer = SafeTensorsWriter(metadata: ["long": String(repeating: "x", count: 1 << 20)])
        writer.add("t", shape: [1], [7])
        let file = Data(writer.bytes)
        #expect(throws: WeightsError.self) { try SafeTensors(decoding: file, path: "file") }
        let opened = try SafeTensors(decoding: file, headerLimit: SafeTensors.largestHeader, path: "file")
        #expect(try opened.floats("t") == [7])
    }

    @Test(
        "a header of the wrong form is malformed",
        arguments: [
            "", "{", "[]", "null", "7", #""text""#, "{\"t\":7}", "{\"t\":{}}", "\u{0}{}", #"{"__metadata__":{"a":1}}"#,
            #"{"__metadata__":[]}"#,
            #"{"t":{"dtype":"F32","shape":[2]}}"#,
            #"{"t":{"dtype":"F32","data_offsets":[0,8]}}"#,
            #"{"t":{"shape":[2],"data_offsets":[0,8]}}"#,
            #"{"t":{"dtype":32,"shape":[2],"data_offsets":[0,8]}}"#,
            #"{"t":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}"#,
            #"{"t":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}"#,
            #"{"t":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
            #"{"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}"#,
            #"{"t":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}"#,
            #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#,
            #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}"#,
            #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
            #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[-8,8]}}"#,
            #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#,
            // Sizes that do not fit the shape.
            #"{"t":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#,
            #"{"t":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}}"#,
            #"{"t":{"dtype":"F32","shape":[0],"data_offsets":[0,8]}}"#,
            #"{"t":{"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8]}}"#,
            #"{"t":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}"#,
            // Gaps, overlaps and bytes that belong to nothing.
            "{}",
            #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            #"{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
                + #""u":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
                + #""u":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#,
        ])
    func malformed(header: String) {
        let bytes = SafeTensorsWriter.file(header: header, data: Array(repeating: 0, count: 8))
        let error = #expect(throws: WeightsError.self) { try open(bytes) }
        guard case .malformed("file", let reason) = error else {
            Issue.record("\(header): \(String(describing: error))")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test("a header that nests deeper than any stack is malformed")
    func deepHeader() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: WeightsError.self) { try open(SafeTensorsWriter.file(header: deep)) }
        #expect(throws: WeightsError.self) { try open(SafeTensorsWriter.file(header: "{\"t\":" + deep)) }
    }

    @Test("a range beyond any file is truncated, not a trap")
    func absurdRange() {
        let header = #"{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}"#
        let bytes = SafeTensorsWriter.file(header: header, data: Array(repeating: 0, count: 8))
        #expect(throws: WeightsError.truncated(path: "file", expected: .max, actual: bytes.count)) { try open(bytes) }
    }

    private func open(_ bytes: [UInt8]) throws(WeightsError) -> SafeTensors {
        try SafeTensors(decoding: Data(bytes), path: "file")
    }
}
