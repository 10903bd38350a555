import Imaging
import Synthesis
import TestSupport
import Testing

@Suite struct PaletteProjectionTests {
    private let size = Size(width: 37, height: 29)

    private func planes(_ lab: LabImage) -> [Float] { Array(lab.lightness) + Array(lab.a) + Array(lab.b) }

    @Test(
        "the projection is the plain mean shift",
        arguments: [(5.0, 2, 30, 1), (3.5, 3, 40, 2), (12, 1, 30, 3), (2, 4, 40, 4), (5, 0, 30, 5)]
            as [(
                Double, Int, Int, UInt64
            )])
    func agrees(sigma: Double, steps: Int, cells: Int, seed: UInt64) {
        let painting = LabImage(Sample.painting(41, 33, seed: seed))
        let lab = LabImage(Sample.painting(size.width, size.height, seed: seed + 10))
        var mask = Sample.mask(size.width, size.height, 0..<20, 6..<29)
        mask[30, 3] = 0.5
        mask[31, 3] = PaletteProjection.leastWeight
        let result = PaletteProjection(of: painting, cellsPer100: cells)
            .projected(lab, where: mask, sigma: sigma, steps: steps)
        let expected = Plain.projected(
            Plain.colors(lab), size, mask.values.map { $0 > PaletteProjection.leastWeight },
            Plain.palette(painting, cells), cells, sigma: sigma, steps: steps)
        for (c, plane) in [result.lightness, result.a, result.b].enumerated() {
            let worst = zip(plane, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1[c])) }
            #expect(worst < 2e-4, "channel \(c): \(worst)")
        }
        // Outside, every bit stays.
        for i in mask.values.indices where mask.values[i] <= PaletteProjection.leastWeight {
            #expect(
                result.lightness[i] == lab.lightness[i] && result.a[i] == lab.a[i] && result.b[i] == lab.b[i])
        }
    }

    @Test func `rare colours are dropped, and the weights are fourth roots of counts`() {
        let painting = Sample.painting(41, 33, seed: 7, noise: 0.15)
        let palette = PaletteProjection(of: painting)
        let all = Plain.cells(Plain.colors(LabImage(painting)), 30).values
        let kept = all.filter { $0.count > 1 }
        #expect(kept.count < all.count && palette.colors.count == kept.count)
        #expect(palette.weights.sorted() == kept.map { Float($0.count).squareRoot().squareRoot() }.sorted())
        let counted = PaletteProjection(of: painting, favorsRareColors: false)
        #expect(counted.colors == palette.colors && counted.weights.sorted() == kept.map { Float($0.count) }.sorted())
        // Where none has two pixels, all stay.
        let few = Image(width: 2, height: 1, values: [0, 0, 0, 1, 1, 1])
        #expect(PaletteProjection(of: few).weights == [1, 1])
    }

    @Test func `between two colours, counts draw to the frequent one and their roots to the near one`() {
        // White, a few pixels of it yellowish.
        let white = SIMD3<Float>(0.95, 0.95, 0.95), cream = SIMD3<Float>(0.95, 0.95, 0.85)
        var painting = Sample.flat(40, 40, white)
        for x in 0..<2 { painting[x, 0] = cream }
        let yellower = LabImage(Sample.flat(3, 3, SIMD3(0.95, 0.95, 0.86)))
        let all = Mask(width: 3, height: 3, repeating: 1), b = LabImage(painting).b
        func share(_ favorsRare: Bool) -> Float {
            let palette = PaletteProjection(of: painting, cellsPer100: 40, favorsRareColors: favorsRare)
            let result = palette.projected(yellower, where: all, sigma: 3.5, steps: 3)
            return (result.b[4] - b[5]) / (b[0] - b[5])
        }
        #expect(share(true) > 0.4 && share(false) < 0.1, "\(share(true)), \(share(false))")
    }

    @Test func `a colour far from the palette becomes the nearest one`() {
        let orange = SIMD3<Float>(0.9, 0.5, 0.1), blue = SIMD3<Float>(0.1, 0.2, 0.7)
        var painting = Sample.flat(20, 20, blue)
        for y in 0..<2 { for x in 0..<20 { painting[x, y] = orange } }
        let red = LabImage(Sample.flat(9, 9, SIMD3(0.95, 0.1, 0.1)))
        // σ of 1: all weights but for the nearest would be 0 even in double.
        let result = PaletteProjection(of: painting)
            .projected(red, where: Mask(width: 9, height: 9, repeating: 1), sigma: 1, steps: 1)
        let image = Image(result)
        #expect((image[4, 4] - orange).max() < 1e-3 && (orange - image[4, 4]).max() < 1e-3)
    }

    @Test func `a colour of the palette stays`() {
        // Six colours that are many σ from each other.
        let colors: [SIMD3<Float>] = [
            SIMD3(0.9, 0.5, 0.1), SIMD3(0.1, 0.2, 0.7), SIMD3(0.2, 0.6, 0.2), SIMD3(0.05, 0.05, 0.05),
            SIMD3(0.95, 0.95, 0.9), SIMD3(0.5, 0.1, 0.5),
        ]
        var painting = Sample.flat(24, 24, .zero)
        for y in 0..<24 { for x in 0..<24 { painting[x, y] = colors[x / 4] } }
        let lab = LabImage(painting)
        let result = PaletteProjection(of: painting)
            .projected(lab, where: Mask(width: 24, height: 24, repeating: 1), sigma: 3.5, steps: 3)
        #expect(zip(planes(result), planes(lab)).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test func `a painting of one colour gives it to all, and detail within a cell stays`() {
        let tone = SIMD3<Float>(0.45, 0.4, 0.3)
        let lab = LabImage(Sample.flat(30, 30, SIMD3(0.1, 0.6, 0.8)))
        let palette = PaletteProjection(of: Sample.flat(8, 8, tone))
        let result = Image(palette.projected(lab, where: Mask(width: 30, height: 30, repeating: 1), sigma: 5, steps: 2))
        for value in [result[0, 0], result[14, 20]] {
            #expect((value - tone).max() < 1e-4 && (tone - value).max() < 1e-4)
        }
        #expect(result.values.allSatisfy { $0.isFinite })
        // Two tones of a cell move alike.
        var two = LabImage(Sample.flat(30, 30, SIMD3(0.5, 0.5, 0.5)))
        for i in 0..<900 { (two.lightness[i], two.a[i], two.b[i]) = (Float(i % 2) + 49.5, 0, 0) }
        let moved = palette.projected(two, where: Mask(width: 30, height: 30, repeating: 1), sigma: 5, steps: 2)
        #expect((0..<899).allSatisfy { abs(abs(moved.lightness[$0] - moved.lightness[$0 + 1]) - 1) < 1e-4 })
    }

    @Test func `an empty region changes nothing, and odd colours do no harm`() {
        var lab = LabImage(Sample.painting(size.width, size.height, seed: 3))
        let palette = PaletteProjection(of: Sample.painting(30, 30, seed: 4))
        let empty = Mask(width: size.width, height: size.height, repeating: 0)
        #expect(palette.projected(lab, where: empty, sigma: 5, steps: 2) == lab)
        (lab.lightness[0], lab.a[1], lab.b[2], lab.a[3]) = (-500, 900, -900, 3000)
        let all = Mask(width: size.width, height: size.height, repeating: 1)
        #expect(planes(palette.projected(lab, where: all, sigma: 5, steps: 2)).allSatisfy { $0.isFinite })
        // A not-a-number does not trap.
        lab.b[4] = .nan
        _ = palette.projected(lab, where: all, sigma: 5, steps: 2)
    }

    @Test func `all threads and instruction sets give the same bits`() {
        let painting = Sample.painting(60, 50, seed: 1, noise: 0.2)
        let lab = LabImage(Sample.painting(size.width, size.height, seed: 2, range: 0...1, noise: 0.2))
        let mask = Sample.mask(size.width, size.height, 3..<37, 0..<29)
        let results = (1...3).map { threads in
            Parallel.with(threads: threads) {
                planes(PaletteProjection(of: painting).projected(lab, where: mask, sigma: 5, steps: 2))
            }
        }
        #expect(sameBits(results[0], results[1]) && sameBits(results[0], results[2]))
        let palette = PaletteProjection(of: painting, cellsPer100: 40)
        let colors = lab.lightness.indices.map { SIMD3(lab.lightness[$0], lab.a[$0], lab.b[$0]) }
        let sets = (0...2).map { palette.shifted(colors, sigma: 3.5, steps: 3, level: $0) }
        #expect(sets[0] == sets[1] && sets[0] == sets[2])
    }

    @Test func `many colours are fast`() {
        let painting = Sample.painting(700, 700, seed: 1, range: 0.05...0.95, noise: 0.12)
        let lab = LabImage(Sample.painting(400, 400, seed: 2, range: 0.05...0.95, noise: 0.08))
        let mask = Mask(width: 400, height: 400, repeating: 1)
        let seconds = processorSeconds {
            Parallel.with(threads: 1) {
                _ = PaletteProjection(of: painting).projected(lab, where: mask, sigma: 5, steps: 2)
            }
        }
        #expect(seconds < 2, "\(seconds)")
    }
}
