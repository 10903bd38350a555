import Foundation
import Imaging
import Testing

@testable import Synthesis

@Suite struct PatchSourceTests {
    private let weights = GuideWeights()

    /// A field whose matches are at `centres`.
    private func field(_ centres: [SIMD2<Int32>], side: Int) -> PatchField {
        // One pixel without a match.
        var field = PatchField(size: Size(width: centres.count + 1, height: 1), side: side)
        for (i, centre) in centres.enumerated() { field.centres[i] = centre }
        return field
    }

    private func tiled(_ painting: Image, _ field: PatchField) -> PatchSource {
        PatchSource(tilesOf: field, in: painting.size, weights) {
            GuidePlanes(of: LabImage($0.part(of: painting)), weights, scale: 1)
        }
    }

    private func whole(_ painting: Image, side: Int) -> PatchSource {
        PatchSource(
            GuidePlanes(of: LabImage(painting), weights, scale: 1), of: painting.size, weights, side: side)
    }

    @Test(arguments: [(300, 270, 7), (515, 20, 5), (9, 530, 3), (256, 256, 7), (257, 30, 1)])
    func `tiles have the values of the whole painting at each patch`(width: Int, height: Int, side: Int) {
        let painting = Sample.painting(width, height, seed: 1), radius = side / 2
        let whole = whole(painting, side: side), region = whole.centres
        #expect(region == Region(columns: radius..<width - radius, rows: radius..<height - radius))
        // All corners.
        let corners = [region.rows.lowerBound, region.rows.upperBound - 1].flatMap { y in
            [region.columns.lowerBound, region.columns.upperBound - 1].map { SIMD2(Int32($0), Int32(y)) }
        }
        let tiled = tiled(painting, field(corners, side: side))
        #expect(tiled.centres == region)
        var places = Set<Int>(), others = Set<Int>()
        var patches = 0, wrong = 0
        whole.read { values in
            tiled.read { tiles in
                for y in region.rows {
                    for x in region.columns {
                        let centre = SIMD2(Int32(x), Int32(y))
                        guard let (place, from) = whole.locate(centre) else {
                            Issue.record("the whole painting has all patches")
                            return
                        }
                        others.insert(place)
                        guard let (tile, to) = tiled.locate(centre) else { continue }
                        patches += 1
                        places.insert(tile)
                        for row in 0..<side {
                            let a = values + from + row * whole.stride, b = tiles + to + row * tiled.stride
                            if memcmp(a, b, 32 * side) != 0 { wrong += 1 }
                        }
                    }
                }
            }
        }
        #expect(wrong == 0)
        #expect(patches == places.count && places.allSatisfy { 0..<tiled.count ~= $0 })
        #expect(others.count == region.size.pixelCount && others.allSatisfy { 0..<whole.count ~= $0 })
        #expect(corners.allSatisfy { tiled.locate($0) != nil })
    }

    @Test func `only tiles with matches are stored`() {
        let painting = Sample.painting(600, 300, seed: 2)
        let tiled = tiled(painting, field([[255, 255], [256, 256], [310, 290]], side: 7))
        let shift = PatchSource.tileShift
        #expect(tiled.count == 2 << (2 * shift))
        for y in stride(from: 3, to: 297, by: 7) {
            for x in stride(from: 3, to: 597, by: 7) {
                let isStored = [255, 256].contains { x >> shift == $0 >> shift && y >> shift == $0 >> shift }
                #expect((tiled.locate(SIMD2(Int32(x), Int32(y))) != nil) == isStored)
            }
        }
        let none = self.tiled(painting, field([], side: 7))
        #expect(none.count == 0 && none.locate([100, 100]) == nil)
    }

    @Test func `the values are those of the planes around the offset`() {
        let sample = PatchSample(Sample.painting(30, 22, seed: 3), side: 5)
        for y in 2..<20 {
            for x in 2..<28 {
                let around = Region(columns: x - 2..<x + 3, rows: y - 2..<y + 3)
                #expect(sameBits(sample.patch(SIMD2(Int32(x), Int32(y))), sample.values(around)))
            }
        }
    }
}
