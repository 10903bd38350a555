import Foundation
import Imaging
import Testing

@testable import Synthesis

@Suite struct PatchFieldTests {
    private func randomField(_ size: Size, side: Int, in painting: Size, seed: UInt64) -> PatchField {
        var generator = SeededGenerator(seed: seed), field = PatchField(size: size, side: side)
        let radius = side / 2
        for i in field.centres.indices where Int.random(in: 0..<4, using: &generator) > 0 {
            field.centres[i] = SIMD2(
                Int32.random(in: Int32(radius)..<Int32(painting.width - radius), using: &generator),
                Int32.random(in: Int32(radius)..<Int32(painting.height - radius), using: &generator))
        }
        return field
    }

    @Test(arguments: [1, 3, 5, 7, 9])
    func `a vote is the weighted mean of the patches over a pixel`(side: Int) {
        let size = Size(width: 23, height: 17), radius = side / 2
        let painting = Sample.painting(31, 27, seed: 1), picture = Sample.painting(size.width, size.height, seed: 2)
        var field = randomField(size, side: side, in: painting.size, seed: 3)
        // A corner without any match.
        for y in 0..<11 { for x in 0..<11 { field.centres[y * size.width + x] = [-1, -1] } }
        let mask = Sample.mask(size.width, size.height, 0..<20, 0..<17)
        let results = (1...3).map { threads in
            Parallel.with(threads: threads) { field.vote(from: painting, over: picture, mask) }
        }
        #expect(results.allSatisfy { sameBits($0.values, results[0].values) })
        let sigma = 0.6 * Double(radius) + 0.4
        for y in 0..<size.height {
            for x in 0..<size.width {
                var (sum, total) = (SIMD3<Double>.zero, 0.0)
                for dy in -radius...radius {
                    for dx in -radius...radius {
                        let (u, v) = (x + dx, y + dy)
                        guard 0..<size.width ~= u, 0..<size.height ~= v else { continue }
                        let centre = field.centres[v * size.width + u]
                        guard centre.x >= 0 else { continue }
                        let weight = exp(-Double(dx * dx + dy * dy) / (2 * sigma * sigma))
                        sum += weight * SIMD3<Double>(painting[Int(centre.x) - dx, Int(centre.y) - dy])
                        total += weight
                    }
                }
                let voted = results[0][x, y]
                guard mask[x, y] > 0, total > 0 else {
                    #expect(voted == picture[x, y])
                    continue
                }
                let difference = SIMD3<Double>(voted) - sum / total
                #expect((difference * difference).sum() < 1e-11)
            }
        }
    }

    @Test func `a field without matches has no votes`() {
        let picture = Sample.painting(12, 9, seed: 1)
        let field = PatchField(size: picture.size, side: 5)
        let mask = Mask(width: 12, height: 9, repeating: 1)
        #expect(field.vote(from: Sample.painting(20, 20, seed: 2), over: picture, mask) == picture)
    }

    /// Columns and rows of a target and of that of half the size: the half itself, odd sizes, crops that begin before
    /// or after the half's, and such as end beyond it.
    static let crops = [
        (0..<20, 0..<12, 0..<10, 0..<6), (0..<21, 0..<13, 0..<10, 0..<6), (7..<20, 5..<12, 3..<10, 2..<6),
        (8..<21, 6..<13, 3..<10, 1..<7), (3..<19, 1..<14, 4..<9, 3..<6), (10..<12, 4..<5, 2..<10, 0..<6),
    ]

    @Test(arguments: crops)
    func `a doubled field is at twice the places`(
        columns: Range<Int>, rows: Range<Int>, halfColumns: Range<Int>, halfRows: Range<Int>
    ) {
        let fine = Region(columns: columns, rows: rows), coarse = Region(columns: halfColumns, rows: halfRows)
        let painting = Size(width: 81, height: 61), valid = Region(columns: 3..<78, rows: 3..<58)
        // All of the target shows one place of the painting, some of it random places.
        let random = randomField(coarse.size, side: 7, in: painting.halved, seed: 5)
        var coherent = random
        for i in coherent.centres.indices {
            let x = halfColumns.lowerBound + i % halfColumns.count
            let y = halfRows.lowerBound + i / halfColumns.count
            coherent.centres[i] = SIMD2(Int32(x + 11), Int32(y + 13))
        }
        for (field, isCoherent) in [(random, false), (coherent, true)] {
            let doubled = field.doubled(to: fine, from: coarse, centres: valid)
            #expect(doubled.size == fine.size && doubled.side == 7)
            for (i, centre) in doubled.centres.enumerated() {
                let (x, y) = (columns.lowerBound + i % columns.count, rows.lowerBound + i / columns.count)
                let (u, v) = (min(x / 2, halfColumns.upperBound - 1), min(y / 2, halfRows.upperBound - 1))
                let known = coarse.columns.contains(u) && coarse.rows.contains(v)
                let place = (v - halfRows.lowerBound) * halfColumns.count + u - halfColumns.lowerBound
                let half = known ? field.centres[place] : [-1, -1]
                guard half.x >= 0 else {
                    #expect(centre == [-1, -1])
                    continue
                }
                #expect(valid.columns.contains(Int(centre.x)) && valid.rows.contains(Int(centre.y)))
                if isCoherent {
                    #expect(centre == SIMD2(Int32(x + 22), Int32(y + 26)))
                } else {
                    let twice = SIMD2(2 * Int(half.x) + x - 2 * u, 2 * Int(half.y) + y - 2 * v)
                    #expect(Int(centre.x) == min(max(twice.x, 3), 77) && Int(centre.y) == min(max(twice.y, 3), 57))
                }
            }
        }
    }
}
