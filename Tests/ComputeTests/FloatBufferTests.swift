import Compute
import Geometry
import Testing

@Suite struct FloatBufferTests {
    @Test func `a copy shares memory until one of the two is written to`() {
        let original = FloatBuffer([1, 2, 3])
        var copy = original
        #expect(address(copy) == address(original))
        copy[1] = 20
        #expect(address(copy) != address(original))
        #expect(Array(original) == [1, 2, 3] && Array(copy) == [1, 20, 3])
        let before = address(copy)
        copy[2] = 30
        copy.write { $0[0] = 10 }
        #expect(address(copy) == before && Array(copy) == [10, 20, 30])
    }

    @Test func `a buffer of a buffer is the same memory, and one of an array is a copy`() {
        let buffer = FloatBuffer(repeating: 0.5, count: 100)
        #expect(address(FloatBuffer(buffer)) == address(buffer))
        #expect(FloatBuffer(Array(buffer)) == buffer)
        #expect(FloatBuffer((0..<3).lazy.map { Float($0) }) == [0, 1, 2])
    }

    // The largest ones come from the pool.
    @Test(arguments: [0, 1, 7, 16, 1000, 16_384, 100_003]) func `memory is aligned to 64 bytes`(count: Int) {
        let buffer = FloatBuffer(repeating: 1, count: count)
        #expect(address(buffer) % 64 == 0 && buffer.count == count && buffer.reduce(0, +) == Float(count))
    }

    @Test func `an empty buffer is a collection without elements`() {
        let empty = FloatBuffer([])
        #expect(empty.isEmpty && empty.first == nil && empty == FloatBuffer(repeating: 1, count: 0))
        #expect(empty.max() == nil && Array(empty) == [])
    }

    @Test func `equality is that of the values, of which NaN equals nothing`() {
        #expect(FloatBuffer([1, 2]) != [1, 3] && FloatBuffer([1, 2]) != [1, 2, 3] && FloatBuffer([0]) == [-0.0])
        #expect(FloatBuffer([.nan]) != FloatBuffer([.nan]))
    }

    @Test func `contiguous storage holds the values, and writing to it leaves copies alone`() {
        var buffer = FloatBuffer([3, 1, 2])
        let copy = buffer
        #expect(buffer.withContiguousStorageIfAvailable { Array($0) } == [3, 1, 2])
        buffer.withContiguousMutableStorageIfAvailable { $0.sort() }
        #expect(Array(buffer) == [1, 2, 3] && Array(copy) == [3, 1, 2])
    }

    @Test(arguments: [1, 3]) func `parts are cut out, filled up with 0 and put back`(channels: Int) {
        let size = Size(width: 5, height: 4)
        let map = FloatBuffer((0..<size.pixelCount * channels).map { Float($0 + 1) })
        for region in [
            Region(columns: 1..<4, rows: 2..<4), Region(columns: -2..<2, rows: -1..<2),
            Region(columns: 4..<8, rows: 3..<6),
            Region(columns: 7..<9, rows: 0..<1), Region(columns: 0..<5, rows: 0..<4),
        ] {
            let part = map.part(region, of: size, channels: channels)
            var expected: [Float] = []
            for y in region.rows {
                for x in region.columns {
                    let isInside = (0..<5).contains(x) && (0..<4).contains(y)
                    expected += (0..<channels).map { isInside ? map[(y * 5 + x) * channels + $0] : 0 }
                }
            }
            #expect(Array(part) == expected, "\(region)")
            guard Region.whole(of: size).contains(region) else { continue }
            var other = FloatBuffer(repeating: 0, count: map.count)
            other.replace(region, of: size, channels: channels, by: part)
            #expect(other.part(region, of: size, channels: channels) == part)
            #expect(other.filter { $0 != 0 }.count == part.count)
        }
    }

    private func address(_ buffer: FloatBuffer) -> UInt { buffer.read { UInt(bitPattern: $0) } }
}
