import Foundation
import Imaging
import Tensors
import TestSupport
import Testing

@Suite struct StrokeStatisticsTests {
    /// Greys from a function of column and row.
    private func grey(_ width: Int, _ height: Int, _ value: (Int, Int) -> Float) -> Image {
        Image(
            width: width, height: height,
            values: (0..<width * height).flatMap { [Float](repeating: value($0 % width, $0 / width), count: 3) })
    }

    /// The same greys with a little of a random number more.
    private func adding(_ noise: Float, to image: Image, seed: UInt64 = 1) -> Image {
        var generator = SeededGenerator(seed: seed)
        return grey(image.width, image.height) { x, y in
            image[x, y].x + noise * Float.random(in: -1...1, using: &generator)
        }
    }

    private func transposed(_ image: Image) -> Image {
        var result = Image.constant(width: image.height, height: image.width, .zero)
        for y in 0..<image.height { for x in 0..<image.width { result[y, x] = image[x, y] } }
        return result
    }

    private func lightness(_ color: SIMD3<Float>) -> Double {
        0.299 * Double(color.x) + 0.587 * Double(color.y) + 0.114 * Double(color.z)
    }

    /// |∇L| where there is a pixel to the right and one below, least first.
    private func slopes(_ image: Image) -> [Double] {
        var slopes: [Double] = []
        for y in 0..<image.height - 1 {
            for x in 0..<image.width - 1 {
                let here = lightness(image[x, y])
                slopes.append(hypot(lightness(image[x + 1, y]) - here, lightness(image[x, y + 1]) - here))
            }
        }
        return slopes.sorted()
    }

    /// The structure tensor as it is defined, a window for each pixel.
    private func plainCoherence(_ image: Image) -> Double {
        func value(_ x: Int, _ y: Int) -> Double {
            lightness(image[min(max(x, 0), image.width - 1), min(max(y, 0), image.height - 1)])
        }
        var (directed, all) = (0.0, 0.0)
        for y in 0..<image.height {
            for x in 0..<image.width {
                var (xx, yy, xy, count) = (0.0, 0.0, 0.0, 0.0)
                for v in max(0, y - 15)..<min(image.height, y + 16) {
                    for u in max(0, x - 15)..<min(image.width, x + 16) {
                        let (a, b) = (value(u + 1, v) - value(u - 1, v), value(u, v + 1) - value(u, v - 1))
                        (xx, yy, xy, count) = (xx + a * a, yy + b * b, xy + a * b, count + 1)
                    }
                }
                directed += hypot(xx - yy, 2 * xy) / count
                all += (xx + yy) / count
            }
        }
        return directed / all
    }

    @Test("parallel stripes run one way", arguments: [0, 0.3, 0.9, 1.6, 2.5])
    func stripes(angle: Double) {
        // Slowly changing, so that central differences hardly depend on the direction.
        let (across, down) = (cos(angle) * 0.5, sin(angle) * 0.5)
        let image = grey(120, 90) { x, y in Float(0.5 + 0.4 * sin(across * Double(x) + down * Double(y))) }
        let coherence = StrokeStatistics(image).coherence
        #expect(coherence > 0.97 && coherence <= 1 + 1e-9, "\(coherence)")
    }

    @Test func `noise runs no way`() {
        // Of n = 31² squares of differences the mean is off by about 1/√n, 0.03, and windows cut by the border by up to
        // twice that.
        for seed in 1...3 as ClosedRange<UInt64> {
            let coherence = StrokeStatistics(.greys(width: 160, height: 130, seed: seed)).coherence
            #expect(coherence > 0 && coherence < 0.1, "\(coherence)")
        }
    }

    @Test func `stripes across each other, side by side, run no way`() {
        // In tiles of 5×5 pixels the marks change their direction within the window; in halves of the picture they do
        // not.
        func value(_ x: Int, _ y: Int, tile: Int) -> Float {
            Float(0.5 + 0.4 * sin(Double((x / tile + y / tile) % 2 == 0 ? x : y) * 1.3))
        }
        let small = StrokeStatistics(grey(120, 120) { value($0, $1, tile: 5) }).coherence
        let large = StrokeStatistics(grey(120, 120) { value($0, $1, tile: 60) }).coherence
        #expect(small < 0.2 && large > 0.7, "\(small), \(large)")
    }

    @Test("coherence is the structure tensor's, as it is defined", arguments: [(40, 37), (9, 50), (33, 2), (7, 1)])
    func coherence(width: Int, height: Int) {
        let image = Image.mixed(width: width, height: height, spread: 0.5, seed: 4)
        #expect(abs(StrokeStatistics(image).coherence - plainCoherence(image)) < 1e-9)
    }

    @Test func `a picture of one colour has no direction and no surface`() {
        for color in [SIMD3<Float>.zero, .one, SIMD3(0.2, 0.7, 0.4)] {
            let brushwork = StrokeStatistics(.constant(width: 70, height: 50, color))
            #expect(brushwork.coherence == 0 && brushwork.roughness == 0)
            #expect(brushwork.coarseToFineContrast == 1)
        }
    }

    @Test func `a picture turned on its side is painted the same`() {
        let pictures = [
            Image.mixed(width: 83, height: 61, spread: 0.5, seed: 1),
            adding(0.1, to: grey(90, 70) { x, y in Float(0.5 + 0.3 * sin(0.4 * Double(x + 3 * y))) }),
        ]
        for picture in pictures {
            let (upright, turned) = (StrokeStatistics(picture), StrokeStatistics(transposed(picture)))
            #expect(abs(upright.coherence - turned.coherence) < 1e-9)
            #expect(abs(upright.roughness - turned.roughness) < 1e-9)
            // Halved in Float, in another order.
            #expect(abs(upright.coarseToFineContrast - turned.coarseToFineContrast) < 1e-6)
        }
    }

    @Test("roughness is the median of the slopes", arguments: [(4, 4), (6, 4), (20, 8), (2, 4)])
    func roughness(width: Int, height: Int) {
        // An odd number of slopes: there is one in the middle.
        let image = Image.mixed(width: width, height: height, spread: 0.5, seed: 7), slopes = slopes(image)
        #expect(slopes.count % 2 == 1)
        #expect(abs(StrokeStatistics(image).roughness - slopes[slopes.count / 2]) < 1e-12)
    }

    @Test func `roughness is one of the two middle slopes of an even number`() {
        let image = Image.mixed(width: 5, height: 4, spread: 0.5, seed: 7), slopes = slopes(image)
        #expect((slopes[5] - 1e-12...slopes[6] + 1e-12).contains(StrokeStatistics(image).roughness))
        #expect(slopes[4] + 1e-6 < slopes[5] && slopes[6] + 1e-6 < slopes[7])
    }

    @Test func `a ramp's roughness is its slope`() {
        let brushwork = StrokeStatistics(grey(40, 30) { x, y in Float(3 * x + 4 * y) / 1000 })
        #expect(abs(brushwork.roughness - 0.005) < 1e-6)
        // At an eighth of the size it is eight times as steep from pixel to pixel.
        #expect(abs(brushwork.coarseToFineContrast - 8) < 0.01)
    }

    @Test func `flat areas stand out, and noise does not`() {
        let board = grey(512, 384) { x, y in (x / 64 + y / 64) % 2 == 0 ? 0.3 : 0.7 }
        let flat = StrokeStatistics(adding(0.01, to: board)).coarseToFineContrast
        let noise = StrokeStatistics(.greys(width: 256, height: 192, seed: 1)).coarseToFineContrast
        #expect(flat > 1.5, "\(flat)")
        // Means of 64 numbers differ an eighth as much as the numbers.
        #expect(noise < 1 && abs(noise - 0.125) < 0.02, "\(noise)")
    }

    @Test func `coarseToFineContrast compares slopes at the picture's size with those at an eighth of it`() {
        func mean(_ slopes: [Double]) -> Double { slopes.reduce(0, +) / Double(slopes.count) }
        let image = Image.mixed(width: 75, height: 52, spread: 0.5, seed: 3)
        let expected = mean(slopes(image.halved.halved.halved)) / mean(slopes(image))
        #expect(abs(StrokeStatistics(image).coarseToFineContrast - expected) < 1e-9)
    }

    @Test(
        "the measures of the smallest pictures are numbers",
        arguments: [
            (1, 1), (1, 2), (2, 1), (1, 40), (40, 1), (2, 2), (3, 3), (4, 2), (4, 4), (8, 8), (1, 900), (900, 1),
        ])
    func smallest(width: Int, height: Int) {
        let pictures = [
            Image.mixed(width: width, height: height, seed: 1), .constant(width: width, height: height, .one),
        ]
        for brushwork in pictures.map({ StrokeStatistics($0) }) {
            #expect((0...1 + 1e-9).contains(brushwork.coherence))
            #expect(brushwork.roughness.isFinite && brushwork.roughness >= 0)
            #expect(brushwork.coarseToFineContrast.isFinite && brushwork.coarseToFineContrast >= 0)
            // Without a pixel to the right and one below there is no slope.
            if min(width, height) == 1 { #expect(brushwork.roughness == 0 && brushwork.coarseToFineContrast == 1) }
        }
    }

    @Test(
        "a picture over 700 pixels is measured at 700",
        arguments: [(1000, 60, 700, 42), (60, 1000, 42, 700), (840, 21, 700, 18), (701, 30, 700, 30)])
    func large(width: Int, height: Int, newWidth: Int, newHeight: Int) {
        let picture = Image.mixed(width: width, height: height, spread: 0.5, seed: 2),
            brushwork = StrokeStatistics(picture)
        #expect(brushwork == StrokeStatistics(picture.resampled(to: Size(width: newWidth, height: newHeight))))
        // Another size is told apart.
        #expect(brushwork != StrokeStatistics(picture.resampled(to: Size(width: newWidth - 1, height: newHeight))))
        #expect(brushwork != StrokeStatistics(picture.resampled(to: Size(width: newWidth, height: newHeight - 1))))
    }

    @Test func `a picture of 700 pixels is measured as it is`() {
        // Its only edge is one pixel wide: at 699 columns it would be blurred.
        let picture = grey(700, 3) { x, _ in x < 350 ? 0 : 1 }
        #expect(abs(StrokeStatistics(picture).roughness) == 0)
        let fine = grey(700, 3) { x, _ in Float(x % 2) }
        #expect(abs(StrokeStatistics(fine).roughness - 1) < 1e-6)
    }
}
