import Foundation
import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

/// The pass with matched features on scenes of noise.
@Suite struct MatchedPassTests {
    private static let size = Size(width: 150, height: 131)

    private static func picture(seed: UInt64) -> Image {
        .noise(Size(width: 40, height: 36), seed: seed).resampled(to: size)
    }

    private static func composition(_ columns: Range<Int>, _ rows: Range<Int>) throws -> Composition {
        let placed = try PlacedObject(picture(seed: 2), mask: .box(columns, rows, in: size), in: size)
        return try Composition(painting: picture(seed: 1), object: placed, reach: VGG16.builtIn.reach)
    }

    private static func targets(
        _ columns: Range<Int> = 50..<81, _ rows: Range<Int> = 40..<73, network: VGG16 = Scene.shared.network
    ) throws -> StyleTargets {
        try StyleTargets(composition(columns, rows), network: network, matchesFirstPass: false)
    }

    /// A picture that differs from the composite's lightness where pixels may change.
    private static func start(_ composition: Composition) -> Image {
        var start = composition.composite
        let noise = Image.noise(start.size, in: -0.1...0.1, seed: 5)
        for i in composition.looseMask.positions {
            for c in 3 * i..<3 * i + 3 { start.values[c] += noise.values[3 * i] }
        }
        return start
    }

    @Test func `all losses are there, and add up`() throws {
        let targets = try Self.targets()
        let start = Self.start(targets.composition)
        let pass = try targets.matchedPass(from: start, towards: targets.style())
        #expect(pass.weights == LossWeights(content: 1, style: 4, histogram: 0, tv: 0, matched: 20))
        let losses = pass.evaluate(start).losses
        #expect(Set(losses.style.keys) == Set(StyleTargets.secondTaps))
        #expect(Set(losses.matched.keys) == [.relu2_1, .relu3_1])
        #expect(losses.matched.values.allSatisfy { $0 > 0 && $0 < 0.5 } && losses.histogram.isEmpty && losses.tv == 0)
        let total = losses.content + 4 * losses.style.values.reduce(0, +) + 20 * losses.matched.values.reduce(0, +)
        #expect(abs(losses.total / total - 1) <= 1e-12)
        #expect(pass.evaluate(targets.composition.composite).losses.content == 0)
    }

    @Test(arguments: [(50..<81, 40..<73), (0..<20, 100..<131), (139..<140, 20..<21)])
    func `the part that may change gives what the whole crop gives`(columns: Range<Int>, rows: Range<Int>) throws {
        let composition = try Self.composition(columns, rows), start = Self.start(composition)
        func evaluation(_ region: Region?) throws -> (losses: LossRecord, gradient: Image) {
            let targets = try StyleTargets(
                composition, network: Scene.shared.network, region: region, matchesFirstPass: false)
            return try targets.matchedPass(from: start, towards: targets.style()).evaluate(start)
        }
        let part = try evaluation(nil), whole = try evaluation(.whole(of: start.size))
        for tap in StyleTargets.matchedTaps {
            let (value, expected) = (part.losses.matched[tap] ?? .nan, whole.losses.matched[tap] ?? .nan)
            #expect(abs(value / expected - 1) <= 1e-4, "\(tap)")
        }
        #expect(abs(part.losses.total / whole.losses.total - 1) <= 1e-4)
        let comparison = Comparison(part.gradient.values, whole.gradient.values)
        #expect(comparison.error <= 1e-4, "\(comparison)")
    }

    @Test func `pass 1 is matched with the style region alone`() throws {
        let composition = try Self.composition(50..<81, 40..<73), style = Region(columns: 21..<70, rows: 70..<101)
        let targets = try StyleTargets(composition, network: Scene.shared.network, styleRegion: style)
        let all = try StyleTargets(composition, network: Scene.shared.network)
        for tap in StyleTargets.firstTaps {
            let region = style.halved(tap.depth), field = try #require(targets.firstMatches[tap])
            // Positions that are not matched are their own matches.
            let own = FeatureNearestNeighborField(width: field.width, height: field.height, region: field.region)
            let matches = zip(field.matches, own.matches).filter { $0 != $1 }.map(\.0)
            #expect(matches.count >= 4, "\(tap)")
            for match in matches {
                let (x, y) = (match % field.width, match / field.width)
                #expect(region.columns.contains(x) && region.rows.contains(y), "\(tap)")
            }
            #expect(targets.firstGrams[tap] != all.firstGrams[tap], "\(tap)")
        }
        // All of the painting as its region is what no region is.
        let whole = try StyleTargets(
            composition, network: Scene.shared.network, styleRegion: .whole(of: composition.painting.size))
        #expect(whole.firstMatches == all.firstMatches && whole.tapScale == all.tapScale)
    }

    @Test func `the gradient with respect to lightness is that of the total`() throws {
        let targets = try Self.targets()
        let start = Self.start(targets.composition), positions = targets.composition.looseMask.positions
        let pass = try targets.matchedPass(from: start, towards: targets.style())
        let variables = PixelVariables(
            start: Tensor(shape: [start.height, start.width, 3], values: start.values), positions: positions,
            kind: .lightness)
        func picture(_ z: Tensor) -> Image {
            Image(width: start.width, height: start.height, values: variables.picture(z).values)
        }
        let z = variables.origin
        let slopes = pass.evaluate(picture(z)).gradient
        let gradient = variables.gradient(
            Tensor(shape: [start.height, start.width, 3], values: slopes.values))
        let squared = gradient.dot(gradient), step = 2e-3 / squared.squareRoot()
        func total(_ sign: Double) -> Double {
            pass.evaluate(picture(.combination([gradient], [Float(sign * step)]))).losses.total
        }
        #expect(abs((total(1) - total(-1)) / (2 * step) / squared - 1) <= 0.02)
    }

    @Test func `only lightness moves, only where it may, and the total falls`() throws {
        let targets = try Self.targets()
        let start = targets.composition.composite
        let pass = try targets.matchedPass(from: start, towards: targets.style())
        let (picture, evaluations, _) = pass.minimize(from: start, evaluations: 12)
        #expect(evaluations.count == 12)
        #expect(try #require(evaluations.map(\.total).min()) < 0.9 * evaluations[0].total)
        for i in 0..<start.width * start.height {
            let changes = (0..<3).map { picture.values[3 * i + $0] - start.values[3 * i + $0] }
            if targets.composition.looseMask.values[i] == 0 { #expect(changes == [0, 0, 0]) }
            #expect(abs(changes[0] - changes[1]) <= 1e-6 && abs(changes[0] - changes[2]) <= 1e-6)
        }
    }

    @Test(arguments: [1 << 18, 16 * 150, 40 * 150]) func `bands and threads change no bit`(pixels: Int) throws {
        // A network of plain sums: Winograd's round differently from band to band.
        let targets = try Self.targets()
        let start = Self.start(targets.composition)
        func result(_ threads: Int, _ pixels: Int) throws -> (LossRecord, Image) {
            try Parallel.with(threads: threads) {
                let style = try PaintingStyle(
                    of: targets.composition.painting, network: targets.network,
                    searching: StyleTargets.matchedTaps, bandPixels: pixels)
                let pass = try targets.matchedPass(from: start, towards: style)
                let (losses, gradient) = pass.evaluate(start)
                return (losses, gradient)
            }
        }
        let expected = try result(1, 1 << 18)
        for threads in 1...3 { #expect(try result(threads, pixels) == expected) }
    }

    @Test func `bands that are not kept are read anew`() throws {
        let targets = try Self.targets(network: .builtIn)
        let start = Self.start(targets.composition)
        func losses(_ keptCount: Int) throws -> LossRecord {
            let style = try PaintingStyle(
                of: targets.composition.painting, network: targets.network, searching: StyleTargets.matchedTaps,
                keptCount: keptCount)
            return try targets.matchedPass(from: start, towards: style).evaluate(start).losses
        }
        #expect(try losses(0) == losses(.max))
    }

    @Test func `threads change no bit of the built-in network's`() throws {
        let targets = try Self.targets(network: .builtIn)
        let start = targets.composition.composite
        func result(_ threads: Int) throws -> Image {
            try Parallel.with(threads: threads) {
                let first = try targets.matchedPass(from: start, towards: targets.style())
                return first.minimize(from: start, evaluations: 4).picture
            }
        }
        let expected = try result(1)
        for threads in 2...3 { #expect(try result(threads) == expected) }
    }

    @Test func `a style's region holds the Gram matrices and the matches`() throws {
        let targets = try Self.targets(90..<121, 30..<63)
        let painting = targets.composition.painting, network = targets.network
        let region = Region(columns: 17..<70, rows: 50..<121)
        let style = try targets.style(of: region)
        let whole = network.features(
            of: Tensor(shape: [painting.height, painting.width, 3], values: painting.values),
            at: StyleTargets.secondTaps)
        for tap in StyleTargets.secondTaps {
            let part = region.halved(tap.depth).part(of: try #require(whole[tap]))
            let rows = part.reshaped([-1, part.shape[2]])
            let expected = Gram.matrix(rows, weights: [Float](repeating: 1, count: rows.shape[0]))
            let comparison = Comparison(try #require(style.grams[tap]).values, expected.values)
            #expect(comparison.error <= 1e-5, "\(tap): \(comparison)")
        }
        // What lies beyond the region and its receptive fields does not matter.
        var other = painting
        for y in 0..<other.height { for x in 0..<other.width where x >= 70 + 66 { other[x, y] = .one } }
        let changed = try PaintingStyle(
            of: other, in: region, network: network, searching: StyleTargets.matchedTaps)
        let start = Self.start(targets.composition)
        func losses(_ style: PaintingStyle) throws -> LossRecord {
            try targets.matchedPass(from: start, towards: style).evaluate(start).losses
        }
        #expect(try losses(style) == losses(changed))
        #expect(try losses(style) != losses(targets.style()))
    }

    @Test func `an object that is a piece of the painting matches itself`() throws {
        let painting = Self.picture(seed: 1)
        let placed = try PlacedObject(
            painting, mask: .box(50..<81, 40..<73, in: Self.size), in: Self.size)
        let composition = try Composition(painting: painting, object: placed, reach: VGG16.builtIn.reach)
        let targets = try StyleTargets(composition, network: Scene.shared.network, matchesFirstPass: false)
        let pass = try targets.matchedPass(from: composition.composite, towards: targets.style())
        let losses = pass.evaluate(composition.composite).losses
        #expect(losses.matched.values.allSatisfy { abs($0) <= 1e-5 })
    }

    @Test(arguments: [(0..<20, 0..<20), (130..<150, 111..<131), (0..<150, 0..<131), (70..<71, 60..<61)])
    func `objects at the frame's edges, everywhere and of one pixel`(columns: Range<Int>, rows: Range<Int>) throws {
        let targets = try Self.targets(columns, rows, network: .builtIn)
        let start = Self.start(targets.composition)
        let (losses, gradient) = try targets.matchedPass(from: start, towards: targets.style()).evaluate(start)
        #expect(losses.total.isFinite && losses.total > 0 && losses.matched.values.allSatisfy { $0 >= 0 })
        #expect(gradient.values.allSatisfy(\.isFinite) && gradient.values.contains { $0 != 0 })
    }

    @Test func `losses of a file without matched features are read`() throws {
        let old = #"{"total":1,"content":2,"style":{"relu1_1":3},"histogram":{},"tv":4}"#
        let record = try JSONDecoder().decode(LossRecord.self, from: Data(old.utf8))
        #expect(record.matched.isEmpty && record.style == [.relu1_1: 3] && record.tv == 4)
        var losses = record
        losses.matched = [.relu2_1: 5]
        #expect(try JSONDecoder().decode(LossRecord.self, from: JSONEncoder().encode(losses)) == losses)
        let weights = try JSONDecoder().decode(
            LossWeights.self, from: Data(#"{"content":1,"style":2,"histogram":3,"tv":4}"#.utf8))
        #expect(weights == LossWeights(content: 1, style: 2, histogram: 3, tv: 4, matched: 0))
    }
}
