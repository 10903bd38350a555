import Foundation
import Imaging
import TestSupport
import Testing

@testable import Synthesis

@Suite struct StrokeDirectionTests {
    /// d by plain loops in Double.
    private func direction(
        _ lightness: [Double], _ size: Size, _ gradientSigma: Double, _ sigma: Double, _ noise: Double
    ) -> [(Double, Double)] {
        let smooth = Plain.blur(lightness, size, gradientSigma)
        func value(_ x: Int, _ y: Int) -> Double {
            smooth[min(max(y, 0), size.height - 1) * size.width + min(max(x, 0), size.width - 1)]
        }
        let gradients = (0..<size.pixelCount).map { i -> (Double, Double) in
            let (x, y) = (i % size.width, i / size.width)
            return ((value(x + 1, y) - value(x - 1, y)) / 2, (value(x, y + 1) - value(x, y - 1)) / 2)
        }
        let xx = Plain.blur(gradients.map { $0.0 * $0.0 }, size, sigma)
        let yy = Plain.blur(gradients.map { $0.1 * $0.1 }, size, sigma)
        let xy = Plain.blur(gradients.map { $0.0 * $0.1 }, size, sigma)
        return xx.indices.map { i in
            let sum = xx[i] + yy[i] + noise * noise
            return ((xx[i] - yy[i]) / sum, 2 * xy[i] / sum)
        }
    }

    @Test(arguments: [(31, 23, 0.7, 3.0, 0.5), (40, 17, 1.5, 8, 1.5), (9, 50, 0.7, 1, 0.5), (1, 1, 0.7, 1, 0.5)])
    func `the direction is the plain computation's`(
        width: Int, height: Int, gradientSigma: Double, sigma: Double, noise: Float
    ) {
        let size = Size(width: width, height: height)
        let lightness = LabImage(Sample.painting(width, height, seed: 1)).lightness
        func plane() -> FloatBuffer {
            StrokeDirection.plane(
                of: lightness, size: size, gradientSigma: gradientSigma, sigma: sigma, noise: noise)
        }
        let result = plane()
        for (i, expected) in direction(double(lightness), size, gradientSigma, sigma, Double(noise)).enumerated() {
            #expect(
                abs(Double(result[2 * i]) - expected.0) < 1e-4 && abs(Double(result[2 * i + 1]) - expected.1) < 1e-4)
        }
        for threads in 1...3 { #expect(sameBits(Parallel.with(threads: threads, plane), result)) }
    }

    /// Stripes of contrast ±20 and a period of 16 pixels, `angle` from the vertical.
    private func stripes(_ size: Size, _ angle: Double) -> LabImage {
        var lab = LabImage(Sample.flat(size.width, size.height, SIMD3(repeating: 0.5)))
        for i in lab.lightness.indices {
            let (x, y) = (Double(i % size.width), Double(i / size.width))
            lab.lightness[i] = Float(50 + 20 * sin(Double.pi / 8 * (x * cos(angle) + y * sin(angle))))
        }
        return lab
    }

    @Test(arguments: [0, 0.4, Double.pi / 4, Double.pi / 2, 2.5])
    func `stripes have the double angle of their normal, flat paint and faint grain have none`(angle: Double) {
        let size = Size(width: 60, height: 60)
        func middle(_ lightness: FloatBuffer, noise: Float) -> SIMD2<Double> {
            let plane = StrokeDirection.plane(of: lightness, size: size, gradientSigma: 0.7, sigma: 3, noise: noise)
            let i = 2 * (30 * 60 + 30)
            return SIMD2(Double(plane[i]), Double(plane[i + 1]))
        }
        let stripes = stripes(size, angle).lightness
        let d = middle(stripes, noise: 0.5) - SIMD2(cos(2 * angle), sin(2 * angle))
        #expect((d * d).sum().squareRoot() < 0.02)
        #expect(middle(FloatBuffer(repeating: 40, count: 3600), noise: 0.5) == .zero)
        let grain = middle(FloatBuffer(stripes.map { 50 + 0.01 * ($0 - 50) }), noise: 1.5)
        #expect((grain * grain).sum().squareRoot() < 0.02)
    }

    @Test func `strokes along the contours are preferred to strokes across them`() {
        // A painting of two halves, of the same colours, with strokes of either direction; a target of one of them.
        let size = Size(width: 96, height: 48)
        var painting = stripes(size, 0)
        let across = stripes(size, .pi / 2)
        for i in painting.lightness.indices where i % size.width >= 48 { painting.lightness[i] = across.lightness[i] }
        var weights = GuideWeights()
        weights.direction = 0.3
        let sample = PatchSample(Image(painting), side: 7)
        for angle in [0, Double.pi / 2] {
            // What is to be painted is flat: only the direction tells.
            let structure = stripes(Size(width: 40, height: 40), angle)
            let guide = DirectionGuide(
                LabImage(Image(painting)), structure: structure, weights, side: 7, scale: 1)
            var search = PatchSearch(
                sample.source, side: 7, centres: sample.source.centres, treeStep: 2, usePenalty: 0, direction: guide)
            let values = FloatBuffer(
                repeating: 0, count: Size(width: 46, height: 46).pixelCount * GuidePlanes.channels)
            // Each pixel has neighbours with matches of either direction.
            var field = PatchField(size: Size(width: 40, height: 40), side: 7)
            for i in field.centres.indices { field.centres[i] = i % 2 == 0 ? [70, 24] : [20, 24] }
            for round in 0..<4 {
                search.improve(
                    &field, at: Mask(width: 40, height: 40, repeating: 1), values, round: round, sweeps: 2)
            }
            let right = field.centres.count { ($0.x < 48) == (angle == 0) }
            #expect(right > 1500, "\(right) of 1600")
        }
        // Dots have no direction to follow.
        var dots = painting
        for i in dots.lightness.indices {
            dots.lightness[i] = 50 + Float(20 * sin(Double(i % 96)) * sin(Double(i / 96)))
        }
        #expect(DirectionGuide(dots, structure: painting, weights, side: 7, scale: 1)?.weight == 0)
        weights.direction = 0
        #expect(DirectionGuide(painting, structure: painting, weights, side: 7, scale: 1) == nil)
    }
}
