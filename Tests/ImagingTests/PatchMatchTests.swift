import Foundation
import Imaging
import Tensors
import TestSupport
import Testing

@Suite struct PatchMatchTests {
    /// Waves and noise: many patches are alike and none are equal.
    private func picture(_ width: Int, _ height: Int, phase: Double = 0, noise: Double = 0.1, seed: UInt64) -> Image {
        var generator = SeededGenerator(seed: seed)
        var values: [Float] = []
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<3 {
                    let wave =
                        sin(0.21 * Double(x) + phase + Double(c)) + sin(0.17 * Double(y) - phase)
                        + sin(0.11 * Double(x + 2 * y) + 2 * phase)
                    values.append(Float(0.5 + 0.12 * wave + noise * Double.random(in: -1...1, using: &generator)))
                }
            }
        }
        return Image(width: width, height: height, values: values)
    }

    private func everywhere(_ image: Image) -> Mask { Mask(width: image.width, height: image.height, repeating: 1) }

    /// The distance between the patches around two pixels as it is defined, in Double.
    private func distance(
        _ target: Image, _ x: Int, _ y: Int, _ painting: Image, _ centre: Point, _ side: Int
    ) -> Double {
        let offsets = -(side / 2)...side / 2
        return offsets.reduce(0) { sum, dy in
            offsets.reduce(sum) { sum, dx in
                let p = target[min(max(x + dx, 0), target.width - 1), min(max(y + dy, 0), target.height - 1)]
                let q = painting[centre.x + dx, centre.y + dy]
                return (0..<3).reduce(sum) { $0 + pow(Double(p[$1]) - Double(q[$1]), 2) }
            }
        }
    }

    /// The least distance of each target pixel, by trying every patch.
    private func exact(_ target: Image, _ painting: Image, side: Int) -> [Double] {
        let radius = side / 2
        return (0..<target.width * target.height).map { i in
            var least = Double.infinity
            for v in radius..<painting.height - radius {
                for u in radius..<painting.width - radius {
                    let centre = Point(x: u, y: v)
                    least = min(least, distance(target, i % target.width, i / target.width, painting, centre, side))
                }
            }
            return least
        }
    }

    private func search(
        _ target: Image, _ painting: Image, side: Int = 7, iterations: Int = 5, seed: UInt64 = 0
    ) -> NearestNeighborField {
        var search = PatchMatch()
        (search.side, search.iterations, search.seed) = (side, iterations, seed)
        return search.nearestPatches(of: target, at: everywhere(target), in: painting)
    }

    private func mean(_ field: NearestNeighborField) -> Double {
        field.distances.reduce(0) { $0 + Double($1) } / Double(field.distances.count)
    }

    @Test(
        "each distance is that of its match, whose patch lies inside the painting",
        arguments: [(23, 17, 1), (23, 17, 3), (12, 70, 5), (23, 17, 7), (4, 3, 9)])
    func distancesAgree(width: Int, height: Int, side: Int) {
        let painting = picture(40, 31, seed: 1), target = picture(width, height, phase: 1, seed: 2)
        let field = search(target, painting, side: side)
        for y in 0..<height {
            for x in 0..<width {
                guard let centre = field[x, y] else {
                    Issue.record("no match at \(x),\(y)")
                    return
                }
                #expect(centre.x >= side / 2 && centre.x < 40 - side / 2)
                #expect(centre.y >= side / 2 && centre.y < 31 - side / 2)
                let expected = distance(target, x, y, painting, centre, side)
                #expect(abs(Double(field.distances[y * width + x]) - expected) <= 1e-5 * expected + 1e-12)
            }
        }
    }

    @Test("the mean distance is near that of an exact search", arguments: [0, 1, 2] as [UInt64])
    func nearExact(seed: UInt64) {
        let painting = picture(64, 52, seed: 1), target = picture(20, 40, phase: 1, seed: 2)
        let field = search(target, painting, seed: seed)
        let exact = exact(target, painting, side: 7)
        #expect(zip(field.distances, exact).allSatisfy { Double($0) >= $1 * (1 - 1e-5) })
        let ratio = mean(field) / (exact.reduce(0, +) / Double(exact.count))
        #expect(ratio < 1.05)
    }

    @Test func `a piece of the painting is found again`() {
        let painting = picture(150, 120, seed: 1)
        let target = Region(columns: 40..<100, rows: 30..<100).part(of: painting)
        let field = search(target, painting)
        // Patches at the target's border have repeated edges, which the painting does not have.
        var found = 0
        for y in 3..<67 {
            for x in 3..<57 where field[x, y] == Point(x: x + 40, y: y + 30) {
                found += 1
                #expect(field.distances[y * 60 + x] == 0)
            }
        }
        #expect(Double(found) >= 0.95 * 64 * 54)
    }

    @Test func `no match becomes worse with more iterations, and the mean falls with each`() {
        let painting = picture(150, 120, seed: 1), target = picture(30, 70, phase: 1, seed: 2)
        let fields = (0...5).map { search(target, painting, iterations: $0) }
        for (before, after) in zip(fields, fields.dropFirst()) {
            #expect(zip(before.distances, after.distances).allSatisfy { $0 >= $1 })
            #expect(mean(after) < mean(before))
        }
        #expect(mean(fields[5]) < mean(fields[0]) / 2)
    }

    @Test func `the same seed gives the same matches, another one others`() {
        let painting = picture(90, 80, seed: 1), target = picture(50, 110, phase: 1, seed: 2)
        let field = search(target, painting)
        for _ in 0..<4 { #expect(search(target, painting) == field) }
        #expect(search(target, painting, seed: 1) != field)
    }

    @Test func `only the pixels of the mask are matched`() {
        let painting = picture(40, 40, seed: 1), target = picture(21, 40, phase: 1, seed: 2)
        var mask = Mask(width: 21, height: 40, repeating: 0)
        for i in stride(from: 0, to: 840, by: 3) { mask.values[i] = i % 2 == 0 ? 1 : 0.01 }
        let field = PatchMatch().nearestPatches(of: target, at: mask, in: painting)
        for i in 0..<840 {
            #expect((field[i % 21, i / 21] == nil) == (mask.values[i] == 0))
            #expect(field.distances[i].isFinite == (mask.values[i] > 0))
        }
    }

    @Test func `a painting of one patch is everyone's match`() {
        let painting = picture(7, 7, seed: 1), target = picture(10, 5, seed: 2)
        let field = search(target, painting)
        for i in 0..<50 { #expect(field[i % 10, i / 10] == Point(x: 3, y: 3)) }
    }

    @Test func `what is not a number is matched with something`() {
        let painting = picture(20, 20, seed: 1)
        let target = Image(width: 9, height: 9, values: Array(repeating: .nan, count: 243))
        let field = search(target, painting)
        for i in 0..<81 { #expect(field[i % 9, i / 9] != nil) }
    }

    @Test("a vote is the plain mean over the covering patches", arguments: [1, 3, 7])
    func votes(side: Int) {
        let painting = picture(40, 33, seed: 1), target = picture(26, 37, phase: 1, seed: 2)
        var mask = Mask(width: 26, height: 37, repeating: 0)
        for y in 4..<30 { for x in 0..<15 where (x + y) % 4 != 0 { mask[x, y] = 1 } }
        var search = PatchMatch()
        search.side = side
        let field = search.nearestPatches(of: target, at: mask, in: painting)
        let result = field.vote(from: painting, over: target)
        // Each patch is added to the pixels that it covers.
        var sums = [Double](repeating: 0, count: target.values.count), counts = sums
        for v in 0..<37 {
            for u in 0..<26 {
                guard let centre = field[u, v] else { continue }
                for dy in -(side / 2)...side / 2 where (0..<37).contains(v + dy) {
                    for dx in -(side / 2)...side / 2 where (0..<26).contains(u + dx) {
                        for c in 0..<3 {
                            let i = 3 * ((v + dy) * 26 + u + dx) + c
                            sums[i] += Double(painting[centre.x + dx, centre.y + dy][c])
                            counts[i] += 1
                        }
                    }
                }
            }
        }
        #expect(counts.contains(0) && counts.contains { $0 > 0 })
        let expected = sums.indices.map { counts[$0] > 0 ? sums[$0] / counts[$0] : Double(target.values[$0]) }
        #expect(Comparison(result.values, expected).error < 1e-6)
        for i in sums.indices where counts[i] == 0 { #expect(result.values[i] == target.values[i]) }
    }
}
