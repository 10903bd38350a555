import Imaging
import Testing

@Suite struct ColorMatchingTests {
    private let frame = Size(width: 90, height: 70)
    private let painting = Image.mixed(width: 90, height: 70, seed: 5)

    private func placed(_ object: Image, _ mask: Mask, x: Int, y: Int) throws -> PlacedObject {
        try PlacedObject(object, mask: mask, in: frame, Placement(at: .init(x: x, y: y)))
    }

    /// An object of a size with a soft mask, its corner at (x, y).
    private func soft(_ width: Int = 20, _ height: Int = 14, x: Int = 30, y: Int = 25) throws -> PlacedObject {
        let mask = Mask.random(width: width, height: height, seed: 2)
        return try placed(.mixed(width: width, height: height, seed: 1), mask, x: x, y: y)
    }

    private func opaque(_ object: Image, x: Int = 30, y: Int = 25) throws -> PlacedObject {
        try placed(object, Mask(width: object.width, height: object.height, repeating: 1), x: x, y: y)
    }

    /// M at a pixel of the painting.
    private func coverage(_ object: PlacedObject, _ x: Int, _ y: Int) -> Float {
        let (u, v) = (x - object.origin.x, y - object.origin.y)
        return 0..<object.mask.width ~= u && 0..<object.mask.height ~= v ? object.mask[u, v] : 0
    }

    /// What the object must be matched with: every pixel of the painting is asked whether it is near.
    private func surroundings(_ object: PlacedObject, margin: Int) -> PlainStatistics {
        var colors: [SIMD3<Double>] = [], weights: [Double] = []
        let right = object.origin.x + object.mask.width, bottom = object.origin.y + object.mask.height
        for y in 0..<frame.height {
            for x in 0..<frame.width {
                guard x >= object.origin.x - margin, x < right + margin else { continue }
                guard y >= object.origin.y - margin, y < bottom + margin else { continue }
                colors.append(SIMD3(painting[x, y]))
                weights.append(1 - Double(coverage(object, x, y)))
            }
        }
        return PlainStatistics(colors, weights: weights)
    }

    private func expectPossible(_ image: Image) {
        #expect(image.values.allSatisfy { (0...1).contains($0) })  // false with NaN
    }

    @Test(
        "the object gets the mean and covariance of what is around it",
        // The smaller ones have the least margin, the larger half their longer side.
        arguments: [(20, 14, 30, 25, 16), (9, 33, 50, 20, 16), (44, 20, 22, 21, 22), (20, 36, 1, 30, 18)])
    func matches(width: Int, height: Int, x: Int, y: Int, margin: Int) throws {
        let object = try soft(width, height, x: x, y: y)
        let matched = object.matchingColors(of: painting)
        let before = try #require(ColorStatistics(object.image, weights: object.mask))
        let after = try #require(ColorStatistics(matched.image, weights: matched.mask))
        let near = surroundings(object, margin: margin)
        // The ridge times T² is what the covariance may differ by.
        #expect(near.difference(before) > 0.005 && near.difference(after) < 1e-4)
        func difference(margin: Int) -> Float {
            let transfer = ColorTransfer(from: before, to: surroundings(object, margin: margin).statistics)
            let values = object.image.colors.flatMap { color in
                let moved = transfer(color)
                return [Float(moved.x), Float(moved.y), Float(moved.z)]
            }
            return largestDifference(matched.image, Image(width: width, height: height, values: values))
        }
        #expect(difference(margin: margin) < 1e-6)
        // Another box is told apart.
        #expect(difference(margin: margin - 1) > 1e-4 && difference(margin: margin + 1) > 1e-4)
    }

    @Test("only colours change, and only under the mask", arguments: [false, true])
    func changesColorsOnly(isLoose: Bool) throws {
        var mask = Mask.random(width: 20, height: 14, seed: 2)
        for i in mask.values.indices where i % 3 == 0 { mask.values[i] = 0 }
        var loose = Mask(width: frame.width, height: frame.height, repeating: 0)
        for y in 10..<60 { for x in 20..<80 { loose[x, y] = 1 } }
        let object = try PlacedObject(
            .mixed(width: 20, height: 14, seed: 1), mask: mask, looseMask: isLoose ? loose : nil, in: frame,
            Placement(at: .init(x: 30, y: 25)))
        let matched = object.matchingColors(of: painting)
        #expect(matched.frame == object.frame && matched.origin == object.origin)
        #expect(matched.mask == object.mask && matched.looseMask == object.looseMask)
        for y in 0..<object.mask.height {
            for x in 0..<object.mask.width {
                #expect((matched.image[x, y] != object.image[x, y]) == (object.mask[x, y] > 0), "at \(x),\(y)")
            }
        }
    }

    @Test func `a loose mask changes neither the object's colours nor the box around it`() throws {
        let object = try soft()
        let loose = Mask(width: frame.width, height: frame.height, repeating: 1)
        let mask = Mask.random(width: 20, height: 14, seed: 2)
        let wide = try PlacedObject(
            .mixed(width: 20, height: 14, seed: 1), mask: mask, looseMask: loose, in: frame,
            Placement(at: .init(x: 30, y: 25)))
        let matched = object.matchingColors(of: painting).image, wideMatched = wide.matchingColors(of: painting).image
        #expect(wideMatched.size == frame)
        #expect(largestDifference(Region(columns: 30..<50, rows: 25..<39).part(of: wideMatched), matched) < 1e-6)
    }

    @Test func `what the object hides and what is far away does not count, and what is around it does`() throws {
        var mask = Mask(width: 20, height: 14, repeating: 1)
        mask[7, 5] = 0
        let object = try placed(.mixed(width: 20, height: 14, seed: 1), mask, x: 30, y: 25)
        let matched = object.matchingColors(of: painting)
        func isSame(without x: Int, _ y: Int) -> Bool {
            var changed = painting
            changed[x, y] = .one - changed[x, y]
            return object.matchingColors(of: changed) == matched
        }
        for (x, y) in [(30, 25), (49, 38), (36, 30), (13, 30), (66, 30), (40, 8), (40, 55)] {
            #expect(isSame(without: x, y), "at \(x),\(y)")
        }
        // The hole in the mask, and the box's corners.
        for (x, y) in [(37, 30), (29, 24), (14, 9), (65, 54), (65, 9), (14, 54)] {
            #expect(!isSame(without: x, y), "at \(x),\(y)")
        }
    }

    @Test func `an object cut from even surroundings stays what it is`() throws {
        // Every pixel of the painting has the object's colours equally often around it.
        var tiles = painting
        for y in 0..<frame.height { for x in 0..<frame.width { tiles[x, y] = painting[x % 4, y % 4] } }
        let cut = Region(columns: 40..<48, rows: 32..<40).part(of: tiles)
        let matched = try opaque(cut, x: 40, y: 32).matchingColors(of: tiles)
        #expect(largestDifference(matched.image, cut) < 1e-5)
    }

    @Test func `an object of one colour gets the mean of what is around it`() throws {
        for color in [SIMD3<Float>.zero, .one, SIMD3(0.9, 0.1, 0.2)] {
            let object = try opaque(.constant(width: 20, height: 14, color))
            let expected = SIMD3<Float>(surroundings(object, margin: 16).statistics.mean)
            let matched = object.matchingColors(of: painting).image
            #expect(largestDifference(matched, .constant(width: 20, height: 14, expected)) < 1e-5)
        }
    }

    @Test func `a grey object keeps its drawing`() throws {
        let object = try opaque(.greys(width: 20, height: 14, seed: 3))
        let matched = object.matchingColors(of: painting).image
        expectPossible(matched)
        // The brighter of two greys stays the brighter.
        let pairs = zip(object.image.colors, matched.colors).map { ($0.x, $1.sum()) }.sorted { $0.0 < $1.0 }
        #expect(zip(pairs, pairs.dropFirst()).allSatisfy { $0.1 <= $1.1 + 1e-6 })
        #expect(pairs.last?.1 ?? 0 > (pairs.first?.1 ?? 0) + 0.1)
    }

    @Test func `a painting of one colour gives that colour`() throws {
        for color in [SIMD3<Float>.zero, .one, SIMD3(0.3, 0.6, 0.8)] {
            let matched = try soft()
                .matchingColors(of: .constant(width: frame.width, height: frame.height, color)).image
            expectPossible(matched)
            #expect(largestDifference(matched, .constant(width: 20, height: 14, color)) < 0.05)
        }
    }

    @Test func `colours that would leave 0…1 are clamped`() throws {
        // One white pixel among black ones, before a painting of many colours.
        var object = Image.constant(width: 20, height: 14, .zero)
        object[3, 4] = .one
        let matched = try opaque(object).matchingColors(of: painting).image
        expectPossible(matched)
        #expect(matched[3, 4].max() == 1)
    }

    @Test func `an object that hides all of the painting stays as it is`() throws {
        let object = try PlacedObject(
            .mixed(width: frame.width, height: frame.height, seed: 1),
            mask: Mask(width: frame.width, height: frame.height, repeating: 1), in: frame)
        #expect(object.matchingColors(of: painting) == object)
    }

    @Test(
        "an object may touch or hang over every border",
        arguments: [(0, 0), (70, 56), (0, 56), (70, 0), (-7, 20), (80, 20), (30, -6), (30, 66), (-19, -13), (89, 69)])
    func touchesBorders(x: Int, y: Int) throws {
        let object = try soft(x: x, y: y), matched = object.matchingColors(of: painting)
        expectPossible(matched.image)
        #expect(matched != object)
        let statistics = try #require(ColorStatistics(matched.image, weights: matched.mask))
        #expect(abs(surroundings(object, margin: 16).mean[1] - statistics.mean.y) < 0.02)
    }

    @Test(
        "a single pixel becomes the mean around it",
        arguments: [(0, 0), (89, 69), (40, 30)], [1, 0.5, 1e-6] as [Float])
    func singlePixel(corner: (x: Int, y: Int), coverage: Float) throws {
        let mask = Mask(width: 1, height: 1, repeating: coverage)
        let object = try placed(.constant(width: 1, height: 1, .one), mask, x: corner.x, y: corner.y)
        let color = object.matchingColors(of: painting).image[0, 0], mean = surroundings(object, margin: 16).mean
        for c in 0..<3 { #expect(abs(Double(color[c]) - mean[c]) < 1e-6) }
    }

    @Test func `in a painting of one pixel there are no surroundings, or half a pixel of them`() throws {
        let one = Size(width: 1, height: 1), white = Image.constant(width: 1, height: 1, .one)
        let black = Image.constant(width: 1, height: 1, .zero)
        for (coverage, expected) in [(1, white), (0.5, black)] as [(Float, Image)] {
            let object = try PlacedObject(white, mask: Mask(width: 1, height: 1, repeating: coverage), in: one)
            #expect(object.matchingColors(of: black).image == expected)
        }
    }
}
