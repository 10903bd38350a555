import Foundation
import Imaging
import Synthesis
import TestSupport
import Testing

@Suite struct ColorGuideTests {
    private let size = Size(width: 43, height: 31)

    private func scene(seed: UInt64) -> (painting: Image, stage: Image, composite: Image) {
        (
            Sample.painting(50, 40, seed: seed), Sample.painting(size.width, size.height, seed: seed + 1),
            Sample.painting(size.width, size.height, seed: seed + 2)
        )
    }

    /// The guided filter with weights as it is defined, one window after the other.
    private func guided(_ plane: [Double], _ guide: Image, _ mask: [Double], _ radius: Int, _ epsilon: Double)
        -> [Double]
    {
        let (width, height) = (guide.width, guide.height)
        func window(_ i: Int) -> [Int] {
            let (x, y) = (i % width, i / width)
            return (max(0, y - radius)...min(height - 1, y + radius)).flatMap { v in
                (max(0, x - radius)...min(width - 1, x + radius)).map { v * width + $0 }
            }
        }
        func color(_ i: Int) -> SIMD3<Double> { SIMD3(guide[i % width, i / width]) }
        let models = plane.indices.map { i -> (a: SIMD3<Double>, b: Double)? in
            guard mask[i] > 0 else { return nil }
            let pixels = window(i), total = pixels.reduce(0) { $0 + mask[$1] }
            var mean = SIMD3<Double>.zero, meanP = 0.0
            for k in pixels {
                mean += mask[k] / total * color(k)
                meanP += mask[k] / total * plane[k]
            }
            var matrix = Matrix3(diagonal: SIMD3(repeating: epsilon)), right = SIMD3<Double>.zero
            for k in pixels {
                let centred = color(k) - mean, weight = mask[k] / total
                for c in 0..<3 { matrix[c] += weight * centred[c] * centred }
                right += weight * (plane[k] - meanP) * centred
            }
            let a = matrix.mappingEigenvalues { 1 / $0 } * right
            return (a, meanP - (a * mean).sum())
        }
        return plane.indices.map { i in
            var sum = 0.0, total = 0.0
            for k in window(i) {
                guard let model = models[k] else { continue }
                sum += mask[k] * ((model.a * color(i)).sum() + model.b)
                total += mask[k]
            }
            return total > 0 ? sum / total : plane[i]
        }
    }

    /// The guide as it is described, in double.
    private func plain(
        _ painting: Image, _ stage: Image, _ composite: Image, _ object: Mask, _ region: Mask, radius: Int
    ) -> LabImage {
        let painting = LabImage(painting), lab = LabImage(composite)
        let s = Plain.colors(LabImage(stage)), c = Plain.colors(lab)
        let k = Plain.projected(
            c, size, object.values.map { $0 > 0.02 }, Plain.palette(painting, 30), 30, sigma: 5, steps: 2)
        let mask = double(region.values)
        func chroma(_ colors: [[Double]]) -> [Double] { colors.map { hypot($0[1], $0[2]) } }
        let vividness = Plain.normalizedBlur(chroma(k), mask, size, 2)
        var g = s.indices.map { i -> [Double] in
            let share = min(max(0.8 - vividness[i] / 100, 0.3), 0.8)
            return [0.6 * s[i][0] + 0.4 * k[i][0]] + [1, 2].map { share * s[i][$0] + (1 - share) * k[i][$0] }
        }
        for channel in 1...2 {
            let filtered = guided(g.map { $0[channel] }, composite, mask, radius, 0.002)
            for i in g.indices { g[i][channel] = filtered[i] }
        }
        // The cells of the second projection are those of floats.
        let rounded = g.map { $0.map { Double(Float($0)) } }
        let p = Plain.projected(
            rounded, size, mask.map { $0 > 0.02 }, Plain.palette(painting, 40), 40, sigma: 3.5, steps: 3,
            favorsRare: false)
        let lightness = g.indices.map { 0.5 * g[$0][0] + 0.5 * p[$0][0] }
        let own = spread(lightness, object), gain = min(max(spread(s.map { $0[0] }, object).1 / own.1, 1), 1.5)
        let mixed = g.indices.map { i in (0...2).map { 0.25 * g[i][$0] + 0.75 * p[i][$0] } }
        let means = [mixed, s, k].map { spread(chroma($0), object).0 }
        let more = min(max(max(means[1], means[2]) / means[0], 1), 1.35) - 1
        var result = lab
        for i in g.indices {
            result.lightness[i] = Float(min(max(own.0 + gain * (lightness[i] - own.0), 0), 100))
            result.a[i] = Float(mixed[i][1] * (1 + more * Double(object.values[i])))
            result.b[i] = Float(mixed[i][2] * (1 + more * Double(object.values[i])))
        }
        return result
    }

    /// The weighted mean and standard deviation.
    private func spread(_ values: [Double], _ weights: Mask) -> (Double, Double) {
        let weights = double(weights.values), total = weights.reduce(0, +)
        let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        return (mean, (zip(values, weights).reduce(0) { $0 + pow($1.0 - mean, 2) * $1.1 } / total).squareRoot())
    }

    @Test func `the object has the stage's contrast, but at most half as much again as without`() {
        let (painting, stage, composite) = scene(seed: 60)
        let all = Mask(width: size.width, height: size.height, repeating: 1)
        var guide = ColorGuide(of: painting)
        func deviation(_ image: Image) -> Double { spread(double(LabImage(image).lightness), all).1 }
        func result(_ gain: Double) -> Double {
            guide.largestContrastGain = gain
            return deviation(guide.picture(stage: stage, composite: composite, object: all, region: all))
        }
        let plain = result(1), wanted = deviation(stage)
        #expect(plain < 0.9 * wanted)
        // Colours out of gamut are clamped, which takes a little of it.
        #expect(abs(result(9) / wanted - 1) < 0.03)
        #expect(abs(result(1.05) / plain - 1.05) < 0.02)
    }

    @Test func `the object has the chroma of the stage or of the palette, but at most a third more than without`() {
        // A dull object in a dull painting that the stage made vivid: a third of that is left, and it comes back.
        let painting = Sample.flat(40, 30, SIMD3(0.5, 0.45, 0.4))
        let composite = Sample.flat(size.width, size.height, SIMD3(0.52, 0.45, 0.4))
        let stage = Sample.flat(size.width, size.height, SIMD3(0.6, 0.42, 0.3))
        let object = Sample.mask(size.width, size.height, 0..<22, 0..<31)
        let all = Mask(width: size.width, height: size.height, repeating: 1)
        var guide = ColorGuide(of: painting)
        func chroma(_ image: Image, _ x: Int) -> Double {
            let lab = LabImage(image), i = 15 * size.width + x
            return Double(hypot(lab.a[i], lab.b[i]))
        }
        func result(_ gain: Double) -> Image {
            guide.largestChromaGain = gain
            return guide.picture(stage: stage, composite: composite, object: object, region: all)
        }
        let plain = result(1), wanted = chroma(stage, 10)
        #expect(chroma(plain, 10) < 0.8 * wanted)
        #expect(abs(chroma(result(9), 10) / wanted - 1) < 0.01)
        #expect(abs(chroma(result(1.1), 10) / chroma(plain, 10) - 1.1) < 0.01)
        // Hues stay, and so does what is not the object.
        let (before, after) = (LabImage(plain), LabImage(result(1.1))), i = 15 * size.width + 10
        #expect(abs(atan2(before.b[i], before.a[i]) - atan2(after.b[i], after.a[i])) < 0.01)
        #expect(result(9)[40, 15] == plain[40, 15])
        // A palette that has more than the stage counts as well.
        let red = Sample.flat(size.width, size.height, SIMD3(0.8, 0.3, 0.2)), dull = painting.resampled(to: size)
        guide = ColorGuide(of: red)
        let vivid = guide.picture(stage: dull, composite: stage, object: all, region: all)
        guide.largestChromaGain = 1
        let mixture = guide.picture(stage: dull, composite: stage, object: all, region: all)
        #expect(abs(chroma(vivid, 10) / chroma(red, 10) - 1) < 0.01)
        #expect(chroma(mixture, 10) < 0.95 * chroma(red, 10))
    }

    @Test func `colours that the painting has no word for take the stage's tint`() {
        // A vivid red: the painting is grey, and the stage bluish. Kept as the palette's grey it would have no tint.
        let grey = ColorGuide(of: Sample.flat(40, 30, SIMD3(repeating: 0.5)))
        let red = Sample.flat(size.width, size.height, SIMD3(0.9, 0.1, 0.1))
        let stage = Sample.flat(size.width, size.height, SIMD3(0.45, 0.5, 0.6))
        let all = Mask(width: size.width, height: size.height, repeating: 1)
        var guide = grey
        (guide.secondColorShare, guide.largestChromaGain) = (0, 1)
        let b = LabImage(guide.picture(stage: stage, composite: red, object: all, region: all)).b[500]
        #expect(abs(b / LabImage(stage).b[500] - 0.8) < 0.02)
    }

    @Test(arguments: [1, 5, 9] as [UInt64])
    func `the guide is the plain computation's`(seed: UInt64) {
        let (painting, stage, composite) = scene(seed: seed)
        let object = Sample.mask(size.width, size.height, 0..<22, 5..<24)
        let region = Sample.mask(size.width, size.height, 0..<27, 0..<29)
        let guide = ColorGuide(of: painting)
        let result = guide.picture(stage: stage, composite: composite, object: object, region: region)
        var expected = Image(plain(painting, stage, composite, object, region, radius: guide.radius))
        expected.clamp()
        // A colour at the border of two cells may be counted in the other one: few pixels differ, and by little.
        var different = 0, inside = 0
        for y in 0..<size.height {
            for x in 0..<size.width {
                let difference = result[x, y] - expected[x, y]
                if region[x, y] == 0 {
                    #expect(result[x, y] == stage[x, y])
                } else {
                    inside += 1
                    if max(difference.max(), -difference.min()) > 1e-4 { different += 1 }
                    #expect(max(difference.max(), -difference.min()) < 2e-3)
                }
            }
        }
        #expect(different < inside / 2, "\(different) of \(inside)")
    }

    @Test func `with colours kept only the lightness changes`() {
        let (painting, stage, composite) = scene(seed: 20)
        let region = Sample.mask(size.width, size.height, 5..<40, 2..<31)
        var guide = ColorGuide(of: painting)
        guide.keepingColors = true
        let result = guide.picture(stage: stage, composite: composite, object: region, region: region)
        let lab = LabImage(result), own = LabImage(composite)
        var (kept, changed, all) = (0, Float(0), 0)
        for i in 0..<size.pixelCount where region.values[i] > 0 {
            all += 1
            // Out of gamut, clamping changes the colours.
            if abs(lab.a[i] - own.a[i]) < 0.02, abs(lab.b[i] - own.b[i]) < 0.02 { kept += 1 }
            changed = max(changed, abs(lab.lightness[i] - own.lightness[i]))
        }
        #expect(result.values.allSatisfy { (0...1).contains($0) })
        #expect(kept > all * 9 / 10 && changed > 5, "\(kept) of \(all), \(changed)")
        #expect(result[0, 0] == stage[0, 0])
    }

    @Test func `one surface has one colour`() {
        let (painting, stage, _) = scene(seed: 30)
        // A surface of one colour in the composite, which the stage made mottled.
        let composite = Sample.flat(size.width, size.height, SIMD3(0.6, 0.35, 0.3))
        let all = Mask(width: size.width, height: size.height, repeating: 1)
        var guide = ColorGuide(of: painting)
        guide.radius = 60
        let lab = LabImage(guide.picture(stage: stage, composite: composite, object: all, region: all))
        func spread(_ plane: FloatBuffer) -> Float { (plane.max() ?? 0) - (plane.min() ?? 0) }
        let before = LabImage(stage)
        #expect(spread(before.a) > 20 && spread(before.b) > 20)
        // The second palette projection moves colours by their lightness, too.
        #expect(spread(lab.a) < spread(before.a) / 2 && spread(lab.b) < spread(before.b) / 2)
        guide.secondColorShare = 0
        let filtered = LabImage(guide.picture(stage: stage, composite: composite, object: all, region: all))
        // Rounding, and colours that are out of gamut at their lightness.
        let (a, b) = (filtered.a.sorted(), filtered.b.sorted()), count = a.count
        #expect(a[count * 9 / 10] - a[count / 10] < 0.05 && b[count * 9 / 10] - b[count / 10] < 0.05)
    }

    @Test func `an empty region gives the stage, and a painting of one colour no not-a-number`() {
        let (painting, stage, composite) = scene(seed: 40)
        let none = Mask(width: size.width, height: size.height, repeating: 0)
        let all = Mask(width: size.width, height: size.height, repeating: 1)
        let guide = ColorGuide(of: painting)
        #expect(guide.picture(stage: stage, composite: composite, object: none, region: none) == stage)
        let grey = ColorGuide(of: Sample.flat(9, 9, SIMD3(repeating: 0.5)))
        for object in [none, all] {
            let result = grey.picture(stage: stage, composite: composite, object: object, region: all)
            #expect(result.values.allSatisfy { (0...1).contains($0) })
        }
        // A picture of a single pixel.
        let one = Sample.flat(1, 1, SIMD3(0.2, 0.3, 0.9)), dot = Mask(width: 1, height: 1, repeating: 1)
        let result = guide.picture(stage: one, composite: one, object: dot, region: dot)
        #expect(result.values.allSatisfy { (0...1).contains($0) })
    }

    @Test func `the number of threads and the crop beyond the region do not matter`() {
        let (painting, stage, composite) = scene(seed: 50)
        let region = Sample.mask(size.width, size.height, 12..<30, 11..<20)
        let object = Sample.mask(size.width, size.height, 14..<28, 12..<18)
        let results = (1...3).map { threads in
            Parallel.with(threads: threads) {
                ColorGuide(of: painting).picture(stage: stage, composite: composite, object: object, region: region)
            }
        }
        #expect(sameBits(results[0].values, results[1].values) && sameBits(results[0].values, results[2].values))
        let box = Region(columns: 1..<42, rows: 0..<31)
        let part = ColorGuide(of: painting).picture(
            stage: box.part(of: stage), composite: box.part(of: composite), object: box.part(of: object),
            region: box.part(of: region))
        #expect(sameBits(part.values, box.part(of: results[0]).values))
    }

    @Test func `the radius follows the painting's long side`() {
        #expect(ColorGuide.radius(for: Size(width: 700, height: 500)) == 30)
        #expect(ColorGuide.radius(for: Size(width: 500, height: 1400)) == 60)
        #expect(ColorGuide.radius(for: Size(width: 100, height: 60)) == 8)
    }

    @Test func `the region is where the blurred loose mask exceeds a hundredth`() {
        let loose = Sample.mask(40, 30, 0..<12, 10..<20)
        let expected = Plain.blur(double(loose.values), loose.size, 2).map { $0 > 0.01 ? Float(1) : 0 }
        #expect(Array(ColorGuide.region(of: loose).values) == expected)
        #expect(ColorGuide.region(of: Mask(width: 9, height: 9, repeating: 0)).isEmpty)
    }
}
