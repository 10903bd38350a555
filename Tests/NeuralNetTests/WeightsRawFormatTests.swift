import Testing

import NeuralNet

@Suite("Weights: the raw format")
struct WeightsRawFormatTests {
    // The header by the documented sizes: 44 bytes, then 35 a layer (every name has 7 bytes).
    private static let recordsStart = 44
    private static let recordSize = 35
    private static let headerSize = recordsStart + 11 * recordSize

    private let original: Weights
    private let bytes: [UInt8]

    init() throws {
        original = try WeightsFixture.weights()
        bytes = original.encoded()
    }

    @Test("decoding what was encoded gives the same weights", arguments: 11...13, [Pooling.max, .average])
    func roundTrip(layerCount: Int, pooling: Pooling) throws {
        let weights = try WeightsFixture.weights(layerCount, pooling: pooling)
        #expect(try WeightsFixture.decode(weights.encoded()) == weights)
    }

    @Test("the bytes stand where the format says")
    func layout() throws {
        #expect(bytes.count == Self.headerSize + 4 * original.parameterCount + 8)
        #expect(Array(bytes[..<20]) == Array("HARMNET\n".utf8) + [1, 0, 0, 0, 1, 0, 0, 0, 11, 0, 0, 0])
        #expect(Array(bytes[20..<44]) == ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6] as [Float]).littleEndianBytes)
        let shape: [UInt32] = [2, 3, 3, 3]
        let record = [7, 0, 0, 0] + Array("conv1_1".utf8) + shape.flatMap(\.littleEndianBytes)
        #expect(Array(bytes[44..<79]) == record + UInt64(Self.headerSize).littleEndianBytes)
        let first = original.layers[0]
        let data = (first.weights + first.bias).littleEndianBytes
        #expect(Array(bytes[Self.headerSize...].prefix(data.count)) == data)
        #expect(WeightsFixture.stamped(bytes) == bytes)
    }

    @Test("the checksum is FNV-1a's published one")
    func checksumVectors() {
        #expect(Checksum.fnv1a([]) == 0xcbf2_9ce4_8422_2325)
        #expect(Checksum.fnv1a("a".utf8) == 0xaf63_dc4c_8601_ec8c)
        #expect(Checksum.fnv1a("foobar".utf8) == 0x8594_4171_f739_67e8)
    }

    @Test("bytes at any alignment decode", arguments: 1...3)
    func unaligned(shift: Int) throws {
        let padded = Array(repeating: 0, count: shift) + bytes
        let decoded = try padded.withUnsafeBytes { padded in
            try Weights(decoding: UnsafeRawBufferPointer(rebasing: padded[shift...]), path: "file")
        }
        #expect(decoded == original)
    }

    @Test("data in another order and with gaps decodes")
    func movedData() throws {
        let first = original.layers[0]
        let data = (first.weights + first.bias).littleEndianBytes
        // The first layer's data is put behind the last one's; its old place becomes a gap.
        let grown = Array(bytes.dropLast(8)) + [0xff, 0xff, 0xff] + data + Array(repeating: 0, count: 8)
        let moved = setting(offset: UInt64(bytes.count - 8 + 3), ofLayer: 0, in: grown)
        #expect(try WeightsFixture.decode(moved) == original)
    }

    @Test("a file cut off anywhere is truncated and says how much is missing")
    func truncated() {
        for count in 1..<bytes.count {
            let error = #expect(throws: WeightsError.self) { try WeightsFixture.decode(Array(bytes[..<count])) }
            guard case .truncated("file", let expected, count) = error else {
                Issue.record("\(count) bytes: \(String(describing: error))")
                continue
            }
            #expect(count < expected && expected <= bytes.count)
            if count >= Self.headerSize { #expect(expected == bytes.count) }
        }
        #expect(throws: WeightsError.unknownFormat(path: "file", byteCount: 0)) { try WeightsFixture.decode([]) }
    }

    @Test("every damaged byte is noticed", arguments: [0x01, 0x80, 0xff] as [UInt8])
    func damaged(mask: UInt8) {
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= mask
            let error = #expect(throws: WeightsError.self) { try WeightsFixture.decode(damaged) }
            switch (index, error) {
            case (..<8, .unknownFormat), (8..<12, .unsupportedVersion), (12..., .checksum): break
            // A larger size or offset in the header looks like data that is missing.
            case (Self.recordsStart..<Self.headerSize, .truncated): break
            default: Issue.record("byte \(index): \(String(describing: error))")
            }
        }
    }

    @Test("bytes behind the checksum are noticed")
    func trailingBytes() {
        #expect(throws: WeightsError.checksum(path: "file")) { try WeightsFixture.decode(bytes + [0]) }
    }

    @Test("another magic, version or pooling is refused")
    func wrongPreamble() {
        expect(.unknownFormat(path: "file", byteCount: bytes.count), at: 6, Array("X".utf8))
        expect(.unsupportedVersion(path: "file", version: 2), at: 8, UInt32(2).littleEndianBytes)
        let reason = "pooling 7 is neither 0 (max) nor 1 (average)"
        expect(.malformed(path: "file", reason: reason), at: 12, UInt32(7).littleEndianBytes)
    }

    @Test("absurd counts are refused before memory is taken for them")
    func absurdCounts() {
        for count in [17, 1_000_000, UInt32.max] {
            expect(.layerCount(path: "file", count: Int(count)), at: 16, count.littleEndianBytes)
            let reason = "a layer's name of \(max(count, 65)) bytes"
            expect(.malformed(path: "file", reason: reason), at: 44, max(count, 65).littleEndianBytes)
        }
        expect(.missingLayer(path: "file", layer: "conv1_1"), at: 16, UInt32(0).littleEndianBytes)
        expect(.missingLayer(path: "file", layer: "conv5_1"), at: 16, UInt32(10).littleEndianBytes)
    }

    @Test("wrong names and shapes are refused")
    func wrongLayers() {
        expect(.missingLayer(path: "file", layer: "conv1_1"), at: 48, Array("conv9_9".utf8))
        expect(.malformed(path: "file", reason: "a name is not UTF-8"), at: 48, [0xff])
        let shape = [2, 3, 3, 3]
        for (axis, size) in [(1, 4), (2, 5), (3, 1), (1, Int(UInt32.max))] {
            var wrong = shape
            wrong[axis] = size
            let error = WeightsError.shape(path: "file", layer: "conv1_1", expected: shape, actual: wrong)
            expect(error, at: 55 + 4 * axis, UInt32(size).littleEndianBytes)
        }
        let chain = WeightsError.shape(path: "file", layer: "conv1_2", expected: [1, 5, 3, 3], actual: [1, 2, 3, 3])
        expect(chain, at: 55, UInt32(5).littleEndianBytes)
        let last = Self.recordsStart + 10 * Self.recordSize + 11
        expect(.outOfRange(path: "file", layer: "conv5_1"), at: last, UInt32.max.littleEndianBytes)
    }

    @Test("offsets outside the data are refused")
    func offsetsOutOfRange() {
        let end = UInt64(bytes.count - 8)
        for layer in 0..<11 {
            for offset in [0, UInt64(Self.headerSize - 1), end, UInt64(Int.max), .max] {
                expectOutOfRange(offset: offset, ofLayer: layer)
            }
        }
        // One byte further than where the last layer stands, so that it reaches into the checksum.
        let last = original.layers[10]
        expectOutOfRange(offset: end - UInt64(4 * (last.weights.count + last.bias.count)) + 1, ofLayer: 10)
    }

    @Test("layers that share data are refused")
    func overlap() {
        let starts = original.layers.indices.map { index in
            original.layers[..<index].reduce(Self.headerSize) { $0 + 4 * ($1.weights.count + $1.bias.count) }
        }
        for layer in 1..<11 {
            let edited = setting(offset: UInt64(starts[layer] - 1), ofLayer: layer, in: bytes)
            #expect(throws: WeightsError.overlap(path: "file", layer: WeightsFixture.names[layer])) {
                try WeightsFixture.decode(edited)
            }
        }
        let same = setting(offset: UInt64(starts[4]), ofLayer: 7, in: bytes)
        let error = #expect(throws: WeightsError.self) { try WeightsFixture.decode(same) }
        #expect(error == .overlap(path: "file", layer: "conv4_1") || error == .overlap(path: "file", layer: "conv3_1"))
    }

    @Test("values that are no numbers are refused")
    func wrongValues() {
        let nan = Float.nan.bitPattern.littleEndianBytes
        expect(.notFinite(path: "file", layer: "conv1_1"), at: Self.headerSize, nan)
        expect(.notFinite(path: "file", layer: "conv5_1"), at: bytes.count - 12, nan)
        let zero = WeightsError.normalization(path: "file", mean: [0.1, 0.2, 0.3], std: [0, 0.5, 0.6])
        expect(zero, at: 32, [0, 0, 0, 0])
    }

    /// Expects `error` from a file, whole by its checksum, with `replacement` at `offset`.
    private func expect(
        _ error: WeightsError, at offset: Int, _ replacement: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let edited = WeightsFixture.stamped(bytes.replacing(at: offset, with: replacement))
        #expect(throws: error, sourceLocation: sourceLocation) { try WeightsFixture.decode(edited) }
    }

    private func expectOutOfRange(offset: UInt64, ofLayer layer: Int) {
        let edited = setting(offset: offset, ofLayer: layer, in: bytes)
        #expect(throws: WeightsError.outOfRange(path: "file", layer: WeightsFixture.names[layer]), "offset \(offset)") {
            try WeightsFixture.decode(edited)
        }
    }

    private func setting(offset: UInt64, ofLayer layer: Int, in bytes: [UInt8]) -> [UInt8] {
        let position = Self.recordsStart + layer * Self.recordSize + 27
        return WeightsFixture.stamped(bytes.replacing(at: position, with: offset.littleEndianBytes))
    }
}
