import Imaging
import Synthesis
import TestSupport
import Testing

@Suite struct AnchoringTests {
    private let size = Size(width: 45, height: 38)

    /// σ, the lightness' share, and the mask's columns and rows.
    private static let cases: [(Double, Double, Range<Int>, Range<Int>)] = [
        (2, 1, 0..<20, 5..<38), (5, 0.3, 4..<40, 3..<30), (1.5, 0, 0..<45, 0..<38),
    ]

    @Test(arguments: cases, [nil, 0.3] as [Float?])
    func `the anchored picture is the plain computation's`(
        _ values: (sigma: Double, share: Double, columns: Range<Int>, rows: Range<Int>), colors: Float?
    ) {
        let (sigma, share, columns, rows) = values
        let picture = Sample.painting(size.width, size.height, seed: 1),
            guide = Sample.painting(size.width, size.height, seed: 2)
        var mask = Sample.mask(size.width, size.height, columns, rows)
        mask[10, 10] = 0.25
        let shares = colors.map { base in
            Mask(
                width: size.width, height: size.height,
                values: FloatBuffer((0..<size.pixelCount).map { base + Float($0 % 7) / 10 }))
        }
        let result = picture.anchored(to: guide, in: mask, sigma: sigma, lightness: share, colors: shares)
        var lab = LabImage(picture)
        let target = LabImage(guide)
        func anchor(_ plane: inout FloatBuffer, _ target: FloatBuffer, _ share: (Int) -> Double) {
            let low = Plain.normalizedBlur(
                zip(target, plane).map { Double($0) - Double($1) }, double(mask.values), size, sigma)
            for i in plane.indices { plane[i] += Float(share(i) * low[i]) }
        }
        anchor(&lab.lightness, target.lightness) { _ in share }
        anchor(&lab.a, target.a) { Double(shares?.values[$0] ?? 1) }
        anchor(&lab.b, target.b) { Double(shares?.values[$0] ?? 1) }
        var expected = Image(lab)
        expected.clamp()
        for i in 0..<size.pixelCount {
            for c in 3 * i..<3 * i + 3 {
                if mask.values[i] > 0 {
                    #expect(abs(result.values[c] - expected.values[c]) < 1e-5)
                } else {
                    #expect(result.values[c] == picture.values[c])
                }
            }
        }
    }

    @Test func `a constant difference goes, whatever the mask`() {
        // In gamut after any such shift.
        var lab = LabImage(Sample.painting(size.width, size.height, seed: 3, range: 0.45...0.6, noise: 0.02))
        let guide = Image(lab)
        for i in lab.a.indices {
            lab.lightness[i] += 5
            lab.a[i] -= 6
            lab.b[i] += 4
        }
        let mask = Sample.mask(size.width, size.height, 0..<31, 9..<38)
        let result = Image(lab).anchored(to: guide, in: mask, sigma: 4, lightness: 1)
        for i in 0..<size.pixelCount where mask.values[i] > 0 {
            for c in 3 * i..<3 * i + 3 { #expect(abs(result.values[c] - guide.values[c]) < 1e-5) }
        }
    }

    @Test func `the low frequencies become the guide's, and the high ones stay`() {
        let size = Size(width: 90, height: 80)
        // A guide of slow gradients; a picture of strokes on slow gradients of another colour.
        func picture(_ color: (Float, Float) -> SIMD3<Float>) -> LabImage {
            var lab = LabImage(Sample.flat(size.width, size.height, SIMD3(repeating: 0.5)))
            for i in lab.a.indices {
                let value = color(Float(i % size.width) / 90, Float(i / size.width) / 80)
                (lab.lightness[i], lab.a[i], lab.b[i]) = (value.x, value.y, value.z)
            }
            return lab
        }
        let guide = picture { x, y in SIMD3(50 + 6 * x, 8 - 10 * y, 5 * x + 3) }
        let smooth = picture { x, y in SIMD3(58 - 5 * y, -6 + 8 * x, -4 * y) }
        var strokes = smooth
        for i in strokes.a.indices {
            let stroke: Float = (i % size.width + i / size.width) % 2 == 0 ? 3 : -3
            strokes.lightness[i] += stroke
            strokes.b[i] -= stroke
        }
        let all = Mask(width: size.width, height: size.height, repeating: 1)
        let result = LabImage(Image(strokes).anchored(to: Image(guide), in: all, sigma: 4, lightness: 1))
        for (plane, target, before) in [
            (result.lightness, guide.lightness, strokes.lightness), (result.a, guide.a, strokes.a),
            (result.b, guide.b, strokes.b),
        ] {
            func low(_ plane: FloatBuffer) -> [Double] { Plain.blur(double(plane), size, 4) }
            let (now, wanted, old) = (low(plane), low(target), low(before))
            let left = zip(now, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) }
            let first = zip(old, wanted).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(first > 5 && left < 0.3, "\(first) \(left)")
        }
        let y = 40
        for x in 20..<60 {
            let i = y * size.width + x
            #expect(abs(abs(result.lightness[i] - result.lightness[i + 1]) - 6) < 0.3)
        }
    }

    @Test func `an empty mask changes nothing, a share of 0 keeps the lightness, threads do not matter`() {
        let picture = Sample.painting(size.width, size.height, seed: 5, range: 0.4...0.6)
        let guide = Sample.painting(size.width, size.height, seed: 6, range: 0.4...0.6)
        let none = Mask(width: size.width, height: size.height, repeating: 0)
        #expect(picture.anchored(to: guide, in: none, sigma: 4, lightness: 1) == picture)
        let mask = Sample.mask(size.width, size.height, 10..<45, 0..<20)
        let results = (1...3).map { threads in
            Parallel.with(threads: threads) { picture.anchored(to: guide, in: mask, sigma: 4, lightness: 0) }
        }
        #expect(sameBits(results[0].values, results[1].values) && sameBits(results[0].values, results[2].values))
        let (before, after) = (LabImage(picture).lightness, LabImage(results[0]).lightness)
        #expect(zip(before, after).allSatisfy { abs($0 - $1) < 0.01 })
    }
}
