import Harmonization
import Imaging
import Tensors
import TestSupport
import Testing

@Suite struct PolishTests {
    private func noise(_ width: Int, _ height: Int, in range: ClosedRange<Float> = 0...1, seed: UInt64) -> Image {
        .noise(Size(width: width, height: height), in: range, seed: seed)
    }

    private func everywhere(_ size: Size) -> Mask { Mask(width: size.width, height: size.height, repeating: 1) }

    private func polish(_ change: (inout Polish) -> Void = { _ in }) -> Polish {
        var polish = Polish()
        change(&polish)
        return polish
    }

    @Test func `where the mask is 0 the raw result stays to the bit, elsewhere it changes and is clamped`() {
        let raw = noise(60, 50, in: -0.5...1.5, seed: 1), painting = noise(70, 64, seed: 2)
        var mask = Mask.box(20..<31, 15..<24, in: raw.size)
        mask[20, 15] = 0.001
        let result = Polish().polished(raw, composite: noise(60, 50, seed: 3), painting: painting, mask: mask)
        for y in 0..<50 {
            for x in 0..<60 {
                if mask[x, y] > 0 {
                    #expect(result[x, y] != raw[x, y])
                    for c in 0..<3 { #expect((0...1).contains(result[x, y][c])) }
                } else {
                    #expect(result[x, y] == raw[x, y])
                }
            }
        }
    }

    @Test func `an empty mask changes nothing`() {
        let raw = noise(30, 20, in: -0.5...1.5, seed: 1)
        let mask = Mask(width: 30, height: 20, repeating: 0)
        #expect(Polish().polished(raw, composite: raw, painting: noise(30, 20, seed: 2), mask: mask) == raw)
    }

    @Test("the result is its steps, one after the other", arguments: [Float(1), 0.25])
    func steps(weight: Float) {
        let raw = noise(40, 37, seed: 1), composite = noise(40, 37, seed: 2), painting = noise(50, 44, seed: 3)
        let result = polish { ($0.detailWeight, $0.patchSide) = (weight, 7) }
            .polished(raw, composite: composite, painting: painting, mask: everywhere(raw.size))

        var lab = LabImage(raw)
        let filter = GuidedFilter(radius: 2, epsilon: 0.01)
        lab.a = filter.filtered(lab.a, guide: composite)
        lab.b = filter.filtered(lab.b, guide: composite)
        let filtered = Image(lab), smooth = filtered.blurred(size: 7, sigma: 1)
        let base = PatchMatch().nearestPatches(of: filtered, at: everywhere(raw.size), in: painting)
            .vote(from: painting, over: filtered)
        let expected = base.values.indices.map { i in
            min(max(base.values[i] + weight * (filtered.values[i] - smooth.values[i]), 0), 1)
        }
        #expect(Comparison(result.values, expected).error < 1e-6)
    }

    @Test func `each step can be left out`() {
        let raw = noise(30, 24, in: -0.2...1.2, seed: 1), composite = noise(30, 24, seed: 2)
        let painting = noise(40, 33, seed: 3), mask = everywhere(raw.size)
        func polished(_ change: (inout Polish) -> Void) -> Image {
            polish(change).polished(raw, composite: composite, painting: painting, mask: mask)
        }
        let nothing = polished { ($0.chromaRadius, $0.patchSide) = (nil, nil) }
        #expect(nothing.values == raw.values.map { min(max($0, 0), 1) })
        let chroma = polished { $0.patchSide = nil }, patches = polished { $0.chromaRadius = nil },
            all = polished { _ in }
        #expect(Set([nothing, chroma, patches, all].map { Array($0.values) }).count == 4)
        #expect(polished { ($0.patchSide, $0.detailWeight) = (nil, 0) } == chroma)
    }

    @Test func `the filter of the colours takes their noise and leaves the lightness`() {
        let raw = noise(50, 40, in: 0.45...0.55, seed: 1)
        let composite = Image(width: 50, height: 40, values: Array(repeating: 0.5, count: 6000))
        let result = polish { $0.patchSide = nil }
            .polished(raw, composite: composite, painting: raw, mask: everywhere(raw.size))
        let before = LabImage(raw), after = LabImage(result)
        #expect(Comparison(after.lightness, before.lightness).error < 1e-5)
        func variance(_ plane: FloatBuffer) -> Float { plane.reduce(0) { $0 + $1 * $1 } / Float(plane.count) }
        #expect(variance(after.a) < variance(before.a) / 6 && variance(after.b) < variance(before.b) / 6)
    }

    @Test(
        "a pixel's colours do not depend on how many others are polished",
        arguments: [(0..<4, 0..<3), (20..<32, 14..<25), (50..<60, 41..<50)])
    func locality(columns: Range<Int>, rows: Range<Int>) {
        let raw = noise(60, 50, seed: 1), composite = noise(60, 50, seed: 2)
        let polish = polish { $0.patchSide = nil }
        let whole = polish.polished(raw, composite: composite, painting: raw, mask: everywhere(raw.size))
        let part = polish.polished(raw, composite: composite, painting: raw, mask: .box(columns, rows, in: raw.size))
        let difference = zip(
            Region(columns: columns, rows: rows).part(of: part).values,
            Region(columns: columns, rows: rows).part(of: whole).values
        ).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(difference < 1e-5)
    }

    @Test func `without detail, what is a piece of the painting stays as it is`() {
        let painting = noise(90, 80, seed: 1)
        let raw = Region(columns: 13..<73, rows: 11..<71).part(of: painting)
        let mask = Mask.box(20..<40, 18..<45, in: raw.size)
        let result = polish { ($0.chromaRadius, $0.detailWeight, $0.patchIterations) = (nil, 0, 12) }
            .polished(raw, composite: raw, painting: painting, mask: mask)
        let same = mask.positions.filter { i in
            (0..<3).allSatisfy { abs(result.values[3 * i + $0] - raw.values[3 * i + $0]) < 1e-5 }
        }
        #expect(Double(same.count) >= 0.95 * Double(mask.positions.count))
    }

    @Test func `without detail all colours lie between the painting's, the mask's border included`() {
        let raw = noise(60, 50, seed: 1), painting = noise(64, 64, in: 0.3...0.5, seed: 2)
        let mask = Mask.box(20..<40, 18..<45, in: raw.size)
        let result = polish { $0.detailWeight = 0 }
            .polished(raw, composite: raw, painting: painting, mask: mask)
        for i in mask.positions { for c in 3 * i..<3 * i + 3 { #expect((0.3...0.5).contains(result.values[c])) } }
    }

    @Test func `all votes count at the mask's border`() {
        // A mask of one pixel: with the patches around its neighbours, each pixel in its 7×7 square has one.
        let painting = noise(64, 64, seed: 2)
        let raw = Region(columns: 5..<45, rows: 5..<45).part(of: painting)
        let mask = Mask.box(20..<21, 20..<21, in: raw.size)
        let polish = polish { ($0.chromaRadius, $0.detailWeight, $0.patchIterations) = (nil, 0, 0) }
        let result = polish.polished(raw, composite: raw, painting: painting, mask: mask)
        // Of 49 random patches the mean of noise is near a half; of one it would be a colour of the painting.
        #expect(!painting.values.contains(result[20, 20].x))
        for c in 0..<3 { #expect(abs(result[20, 20][c] - 0.5) < 0.2) }
    }
}
