import Imaging
import Testing

@testable import Synthesis

@Suite struct GuidedSynthesisTests {
    typealias Texture = GuidedSynthesis.Texture

    /// What is synthesized where.
    private struct Scene {
        var style: Image, painted: Image
        var aim: GuidedSynthesis.Aim

        init(_ width: Int, _ height: Int, style: Image, mask: Mask, at origin: Point = Point(x: 0, y: 0)) {
            self.style = style
            painted = Sample.painting(width, height, seed: 101)
            aim = GuidedSynthesis.Aim(
                guide: Sample.painting(width, height, seed: 102), structure: Sample.painting(width, height, seed: 103),
                mask: mask, at: origin)
        }

        func synthesized(_ synthesis: GuidedSynthesis = GuidedSynthesis()) -> Image {
            synthesized(synthesis).picture
        }

        func synthesized(_ synthesis: GuidedSynthesis = GuidedSynthesis()) -> Texture {
            synthesis.synthesized(from: style, over: painted, aim)
        }
    }

    /// Checks that `picture` is the scene's painting outside the mask, and made of the style's colours inside.
    private func check(
        _ picture: Image, _ scene: Scene, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(picture.size == scene.painted.size, sourceLocation: sourceLocation)
        for c in 0..<3 {
            let channel = stride(from: c, to: scene.style.values.count, by: 3).map { scene.style.values[$0] }
            let (least, most) = ((channel.min() ?? 0) - 1e-6, (channel.max() ?? 0) + 1e-6)
            for (i, weight) in scene.aim.mask.values.enumerated() {
                let value = picture.values[3 * i + c]
                if weight < 0.01 {
                    #expect(
                        value.bitPattern == scene.painted.values[3 * i + c].bitPattern, sourceLocation: sourceLocation)
                } else {
                    #expect(least...most ~= value, "pixel \(i)", sourceLocation: sourceLocation)
                }
            }
        }
    }

    /// 1 in an ellipse, falling to 0 around it.
    private func ellipse(_ width: Int, _ height: Int) -> Mask {
        var mask = Mask(width: width, height: height, repeating: 0)
        for y in 0..<height {
            for x in 0..<width {
                let (u, v) = (2 * Float(x) / Float(width) - 1, 2 * Float(y) / Float(height) - 1)
                mask[x, y] = min(max(4 * (0.7 - u * u - v * v), 0), 1)
            }
        }
        return mask
    }

    @Test func `pixels outside the mask stay, and results do not depend on threads or instructions`() {
        let scene = Scene(
            53, 46, style: Sample.painting(90, 71, seed: 1), mask: ellipse(53, 46), at: Point(x: 16, y: 8))
        let expected: Image = scene.synthesized()
        check(expected, scene)
        #expect(expected != scene.painted.composited(with: scene.aim.guide, mask: scene.aim.mask))
        for threads in 1...3 {
            let picture: Image = Parallel.with(threads: threads) { scene.synthesized() }
            #expect(sameBits(picture.values, expected.values))
        }
        for set in Instructions.available {
            let picture: Image = Instructions.$most.withValue(set) { scene.synthesized() }
            #expect(sameBits(picture.values, expected.values))
        }
    }

    /// Sizes of the style and of the target, and the mask's columns and rows.
    static let scenes: [(Int, Int, Int, Int, Range<Int>, Range<Int>)] = [
        (16, 16, 16, 16, 0..<16, 0..<16), (16, 40, 31, 17, 0..<31, 0..<17), (29, 28, 33, 47, 20..<33, 0..<9),
        (61, 57, 47, 35, 46..<47, 0..<35), (61, 57, 47, 35, 0..<47, 34..<35), (64, 64, 9, 9, 4..<5, 4..<5),
        (64, 64, 1, 1, 0..<1, 0..<1), (57, 61, 3, 50, 0..<3, 0..<50), (60, 60, 20, 20, 0..<0, 0..<0),
    ]

    @Test(arguments: scenes)
    func `small paintings, odd sizes and masks at the border`(
        width: Int, height: Int, across: Int, down: Int, columns: Range<Int>, rows: Range<Int>
    ) {
        for flat in [false, true] {
            let style =
                flat ? Sample.flat(width, height, SIMD3(0.8, 0.3, 0.1)) : Sample.painting(width, height, seed: 5)
            let scene = Scene(across, down, style: style, mask: Sample.mask(across, down, columns, rows))
            for side in [7, 5, 3] {
                var synthesis = GuidedSynthesis()
                synthesis.side = side
                check(scene.synthesized(synthesis), scene)
            }
        }
    }

    @Test func `cancelled in a round, a synthesis ends with the matches so far`() {
        let scene = Scene(
            53, 46, style: Sample.painting(90, 71, seed: 1), mask: ellipse(53, 46), at: Point(x: 16, y: 8))
        let synthesis = GuidedSynthesis(), whole: Image = scene.synthesized()
        let guide = scene.painted.composited(with: scene.aim.guide, mask: scene.aim.mask.thresholded(at: 0.01))
        let rounds = synthesis.rounds.reduce(0, +)
        for count in 0...rounds {
            var polls = 0
            let picture = synthesis.synthesized(from: scene.style, over: scene.painted, scene.aim) {
                polls += 1
                return polls > count
            }.picture
            #expect((picture == guide) == (count == 0))
            #expect((picture == whole) == (count == rounds))
            if count > 0 { check(picture, scene) }
        }
    }

    @Test func `a target without guides' weight, and one round`() {
        let scene = Scene(40, 33, style: Sample.painting(50, 41, seed: 6), mask: ellipse(40, 33))
        var synthesis = GuidedSynthesis()
        (synthesis.weights.detail, synthesis.weights.energy, synthesis.usePenalty) = (0, 0, 0)
        check(scene.synthesized(synthesis), scene)
        synthesis.rounds = [1]
        check(scene.synthesized(synthesis), scene)
    }

    @Test func `the painting itself as the aim is reproduced`() {
        let painting = Sample.painting(60, 50, seed: 7)
        var scene = Scene(60, 50, style: painting, mask: Mask(width: 60, height: 50, repeating: 1))
        (scene.aim.guide, scene.aim.structure) = (painting, painting)
        var synthesis = GuidedSynthesis()
        (synthesis.weights.energy, synthesis.usePenalty) = (0, 0)
        let picture: Image = scene.synthesized(synthesis)
        // Nearly all but the frame, whose patches would reach beyond the painting. The noise is ±0.05.
        let inside = Sample.mask(60, 50, 9..<51, 9..<41).positions
        let wrong = inside.filter { i in
            let difference = picture[i % 60, i / 60] - painting[i % 60, i / 60]
            return (difference * difference).sum() > 1e-6
        }
        #expect(wrong.count < inside.count / 10, "\(wrong.count) of \(inside.count)")
    }

    /// Of an odd size the last column and row have no pixels at half the size.
    @Test func `the last column and row of an odd size are not darker`() {
        // A light half and a dark one; all of the target is light.
        var style = Sample.painting(80, 60, seed: 8, range: 0.7...0.8)
        let dark = Sample.painting(80, 60, seed: 9, range: 0.1...0.2)
        for y in 0..<60 { for x in 0..<40 { style[x, y] = dark[x, y] } }
        var scene = Scene(43, 39, style: style, mask: Mask(width: 43, height: 39, repeating: 1))
        let light = Sample.painting(43, 39, seed: 10, range: 0.7...0.8)
        (scene.aim.guide, scene.aim.structure) = (light, light)
        var synthesis = GuidedSynthesis()
        synthesis.rounds = [1, 1, 1]
        synthesis.weights.color = 0
        let picture: Image = scene.synthesized(synthesis)
        #expect(picture.values.allSatisfy { $0 > 0.6 }, "\(picture.values.min() ?? 0)")
    }
}

@Suite struct EnlargingTests {
    /// Areas of even tones with a fine pattern that is gone at half the size.
    private func painting(_ width: Int, _ height: Int) -> Image {
        var image = Sample.painting(width / 2, height / 2, seed: 1, range: 0.3...0.7, noise: 0.02)
        let half = image
        image = Sample.flat(width, height, .zero)
        for y in 0..<height {
            for x in 0..<width {
                image[x, y] =
                    half[min(x / 2, half.width - 1), min(y / 2, half.height - 1)]
                    + SIMD3(repeating: (x + y) % 2 == 0 ? 0.15 : -0.15)
            }
        }
        return image
    }

    /// The mean squared difference of neighbours along a row where `mask` is above 0.
    private func energy(_ image: Image, _ mask: Mask) -> Double {
        var (sum, count) = (0.0, 0.0)
        for y in 0..<image.height {
            for x in 1..<image.width where mask[x, y] > 0 && mask[x - 1, y] > 0 {
                let difference = SIMD3<Double>(image[x, y] - image[x - 1, y])
                sum += (difference * difference).sum() / 3
                count += 1
            }
        }
        return sum / count
    }

    private struct Enlargement {
        var style: Image, painted: Image, large: Image, guide: Image
        var mask: Mask
    }

    /// A texture from half the painting, and enlarged in a crop of `size` at `origin`.
    private func enlargement(
        _ painting: Image, _ size: Size, at origin: Point, _ columns: Range<Int>, _ rows: Range<Int>, rounds: Int = 2
    ) -> Enlargement {
        var synthesis = GuidedSynthesis()
        (synthesis.side, synthesis.rounds) = (5, [3, 3])
        let mask = Sample.mask(size.width, size.height, columns, rows), half = mask.halved
        let tone = Sample.painting(half.width, half.height, seed: 3, range: 0.3...0.7, noise: 0.02)
        let smallPainted = Sample.painting(half.width, half.height, seed: 4)
        let texture = synthesis.synthesized(
            from: painting.halved, over: smallPainted,
            .init(guide: tone, structure: tone, mask: half, at: Point(x: origin.x / 2, y: origin.y / 2)))
        let painted = Sample.painting(size.width, size.height, seed: 5)
        let guide = texture.picture.resampled(to: size)
        let large = synthesis.enlarged(
            texture, from: painting, over: painted,
            .init(guide: guide, structure: guide, mask: mask, at: origin), rounds: rounds)
        return Enlargement(style: painting, painted: painted, large: large.picture, guide: guide, mask: mask)
    }

    @Test func `an enlarged texture shows the painting's own pixels`() {
        let painting = painting(120, 100)
        let result = enlargement(painting, Size(width: 60, height: 56), at: Point(x: 16, y: 0), 6..<50, 8..<50)
        let all = Mask(width: 120, height: 100, repeating: 1)
        let expected = energy(painting, all), own = energy(result.large, result.mask)
        #expect(own > 0.6 * expected, "\(own) of \(expected)")
        #expect(energy(result.guide, result.mask) < 0.15 * expected)
        for i in result.mask.values.indices where result.mask.values[i] == 0 {
            for c in 3 * i..<3 * i + 3 { #expect(result.large.values[c] == result.painted.values[c]) }
        }
    }

    @Test func `enlarged textures do not depend on threads or instructions`() {
        let painting = painting(300, 90)
        func picture() -> FloatBuffer {
            enlargement(painting, Size(width: 44, height: 40), at: Point(x: 0, y: 0), 6..<40, 8..<36).large.values
        }
        let expected = picture()
        for threads in 1...3 { #expect(sameBits(Parallel.with(threads: threads, picture), expected)) }
        for set in Instructions.available {
            #expect(sameBits(Instructions.$most.withValue(set, operation: picture), expected))
        }
    }

    @Test(arguments: [(16, 16, 9, 9, 0, 0), (41, 37, 41, 37, 0, 0), (50, 60, 21, 33, 7, 3), (270, 40, 12, 12, 258, 28)])
    func `enlarged at odd sizes, at borders and from tiny paintings`(
        width: Int, height: Int, across: Int, down: Int, left: Int, top: Int
    ) {
        for flat in [false, true] {
            let style = flat ? Sample.flat(width, height, SIMD3(0.2, 0.4, 0.6)) : painting(width, height)
            for rounds in 0...2 {
                let result = enlargement(
                    style, Size(width: across, height: down), at: Point(x: left, y: top), 0..<across, 0..<down,
                    rounds: rounds)
                // Without a round the guide is what there is.
                let low = min(style.values.min() ?? 0, rounds == 0 ? -0.2 : 1) - 1e-6
                let high = max(style.values.max() ?? 0, rounds == 0 ? 1.2 : 0) + 1e-6
                #expect(result.large.values.allSatisfy { low...high ~= $0 })
            }
        }
    }
}
