import Foundation
import NeuralNet
import Testing

/// Which bytes of a file elsewhere are wanted.
@Suite struct SafeTensorsRangesTests {
    private let file: Data
    private let start: Int

    /// Tensors of 8, 400, 8, 4, 400 and 12 bytes.
    init() throws {
        var writer = SafeTensorsWriter()
        for (name, count) in [("a.0", 2), ("b.0", 100), ("a.1", 2), ("a.2", 1), ("b.1", 100), ("b.2", 3)] {
            writer.add(name, shape: [count], Array(repeating: 1, count: count))
        }
        file = Data(writer.bytes)
        start = try SafeTensors.headerEnd(file, path: "file")
    }

    private func ranges(_ prefix: String, gap: Int, head: Data? = nil, size: Int? = nil) throws -> [Range<Int>] {
        try SafeTensors.ranges(
            of: { $0.hasPrefix(prefix) }, head: head ?? file, size: size ?? file.count, gap: gap, path: "file")
    }

    @Test func `the wanted tensors come with the header, neighbours and near ones together`() throws {
        #expect(start + 832 == file.count)
        #expect(try ranges("a", gap: 1) == [0..<start + 8, start + 408..<start + 420])
        #expect(try ranges("a", gap: 400) == [0..<start + 8, start + 408..<start + 420])
        #expect(try ranges("a", gap: 401) == [0..<start + 420])
        #expect(try ranges("b", gap: 1) == [0..<start, start + 8..<start + 408, start + 420..<file.count])
        #expect(try ranges("c", gap: 1) == [0..<start])
    }

    @Test func `what lies outside the ranges is not needed`() throws {
        var holes = Data(count: file.count)
        for range in try ranges("a", gap: 1) { holes.replaceSubrange(range, with: file[range]) }
        let opened = try SafeTensors(decoding: holes, path: "file")
        for (name, count) in [("a.0", 2), ("a.1", 2), ("a.2", 1)] {
            #expect(try opened.floats(name) == Array(repeating: 1, count: count))
        }
        #expect(try opened.floats("b.0") == Array(repeating: 0, count: 100))
    }

    @Test func `the header is enough, and less is truncated`() throws {
        #expect(try ranges("a", gap: 1, head: file.prefix(start)) == ranges("a", gap: 1))
        #expect(throws: WeightsError.truncated(path: "file", expected: start, actual: start - 1)) {
            try ranges("a", gap: 1, head: file.prefix(start - 1))
        }
        #expect(throws: WeightsError.truncated(path: "file", expected: 8, actual: 7)) {
            try SafeTensors.headerEnd(file.prefix(7), path: "file")
        }
    }

    @Test func `a header that does not fit the file's size is refused`() throws {
        #expect(throws: WeightsError.truncated(path: "file", expected: file.count, actual: file.count - 1)) {
            try ranges("a", gap: 1, size: file.count - 1)
        }
        #expect(throws: WeightsError.malformed(path: "file", reason: "1 bytes behind the last tensor")) {
            try ranges("a", gap: 1, size: file.count + 1)
        }
        #expect(throws: WeightsError.malformed(path: "file", reason: "a header of 1048577 bytes")) {
            try SafeTensors.headerEnd(Data(UInt64(1 << 20 + 1).littleEndianBytes), path: "file")
        }
    }
}
