import Geometry
import Testing

@Suite struct RegionTests {
    private let frame = Region(columns: 0..<9, rows: 0..<7)

    @Test func `growing stops at the frame, or does not`() {
        let region = Region(columns: 1..<3, rows: 5..<7)
        #expect(region.grown(by: 2) == Region(columns: -1..<5, rows: 3..<9))
        #expect(region.grown(by: 2, within: frame) == Region(columns: 0..<5, rows: 3..<7))
    }

    @Test func `aligned bounds are those that poolings keep`() {
        let region = Region(columns: 3..<5, rows: 5..<7).aligned(to: 1, within: frame)
        #expect(region == Region(columns: 2..<6, rows: 4..<7) && region.halved() == Region(columns: 1..<3, rows: 2..<3))
        #expect(
            Region(columns: 3..<5, rows: 5..<6).aligned(to: 2, within: frame) == Region(columns: 0..<8, rows: 4..<7))
        #expect(Region(columns: 0..<8, rows: 4..<7).halved(2) == Region(columns: 0..<2, rows: 1..<1))
    }

    @Test func `origin and size, union and coordinates`() {
        let region = Region(origin: Point(x: -2, y: 3), size: Size(width: 4, height: 1))
        #expect(region == Region(columns: -2..<2, rows: 3..<4))
        #expect(
            region.moved(by: Point(x: 5, y: -1)).seen(from: Point(x: 3, y: 2)) == Region(columns: 0..<4, rows: 0..<1))
        #expect(region.union(Region(columns: 7..<8, rows: 0..<2)) == Region(columns: -2..<8, rows: 0..<4))
        #expect(frame.contains(Region(columns: 0..<9, rows: 6..<7)) && !frame.contains(region))
        #expect(Size(width: 5, height: 3).halved == Size(width: 2, height: 1) && frame.size.pixelCount == 63)
    }
}
