import Imaging
import Tensors
import TestSupport
import Testing

@Suite struct HalvingTests {
    private func noise(_ size: Size, in range: ClosedRange<Float> = 0...1, seed: UInt64) -> Image {
        var generator = SeededGenerator(seed: seed)
        let count = 3 * size.width * size.height
        return Image(
            width: size.width, height: size.height,
            values: (0..<count).map { _ in Float.random(in: range, using: &generator) })
    }

    /// The mean of four pixels' values, in Double.
    private func mean(_ x: Int, _ y: Int, _ value: (Int, Int) -> Float) -> Double {
        var sum = 0.0
        for v in 2 * y..<2 * y + 2 { for u in 2 * x..<2 * x + 2 { sum += Double(value(u, v)) } }
        return sum / 4
    }

    private static let sizes = [(2, 2), (3, 2), (2, 3), (3, 3), (8, 6), (9, 6), (8, 7), (13, 11), (2, 31)]
        .map { Size(width: $0.0, height: $0.1) }

    @Test("each pixel of half the picture is the mean of 2×2, and an odd last column and row go", arguments: sizes)
    func halvesPictures(size: Size) {
        let picture = noise(size, in: -1...2, seed: 1), half = picture.halved
        #expect(half.size == Size(width: size.width / 2, height: size.height / 2))
        for y in 0..<half.height {
            for x in 0..<half.width {
                for c in 0..<3 {
                    let expected = mean(x, y) { picture[$0, $1][c] }
                    #expect(abs(Double(half[x, y][c]) - expected) < 1e-6, "channel \(c) at \(x),\(y)")
                }
            }
        }
    }

    @Test("each value of half the mask is the mean of 2×2, and an odd last column and row go", arguments: sizes)
    func halvesMasks(size: Size) {
        let mask = Mask.random(width: size.width, height: size.height, seed: 2), half = mask.halved
        #expect(half.size == Size(width: size.width / 2, height: size.height / 2))
        for y in 0..<half.height {
            for x in 0..<half.width {
                #expect(abs(Double(half[x, y]) - mean(x, y) { mask[$0, $1] }) < 1e-6, "at \(x),\(y)")
            }
        }
    }

    @Test func `what lies in an odd last column or row does not count`() {
        var picture = noise(Size(width: 7, height: 5), seed: 3), mask = Mask.random(width: 7, height: 5, seed: 4)
        let (half, halfMask) = (picture.halved, mask.halved)
        for y in 0..<5 { (picture[6, y], mask[6, y]) = (SIMD3(repeating: .nan), .nan) }
        for x in 0..<7 { (picture[x, 4], mask[x, 4]) = (SIMD3(repeating: .nan), .nan) }
        #expect(picture.halved == half && mask.halved == halfMask)
    }
}

/// Objects in a frame of half the size, compared with what becomes of the whole frame.
@Suite struct PlacedObjectHalvingTests {
    /// A frame, and the size and corner of an object in it.
    struct Case: CustomStringConvertible {
        let frame, object: Size
        let corner: Point

        init(_ frame: (Int, Int), _ object: (Int, Int), at corner: (Int, Int)) {
            self.frame = Size(width: frame.0, height: frame.1)
            self.object = Size(width: object.0, height: object.1)
            self.corner = Point(x: corner.0, y: corner.1)
        }

        var description: String { "\(object) at \(corner.x),\(corner.y) in \(frame)" }

        /// An object with holes in its mask and colours in the holes, which may not count.
        func placed(_ image: Image? = nil, loose: Mask? = nil) throws -> PlacedObject {
            var generator = SeededGenerator(seed: 8)
            var mask = Mask.random(width: object.width, height: object.height, seed: 5)
            for i in mask.values.indices where Bool.random(using: &generator) { mask.values[i] = 0 }
            mask.values[0] = 0.5  // one pixel at least
            let image = image ?? .mixed(width: object.width, height: object.height, spread: 0.5, seed: 6)
            return try PlacedObject(image, mask: mask, looseMask: loose, in: frame, Placement(at: corner))
        }
    }

    static let cases = [
        Case((20, 16), (8, 6), at: (4, 2)), Case((20, 16), (8, 6), at: (5, 2)), Case((20, 16), (8, 6), at: (4, 3)),
        Case((20, 16), (7, 5), at: (4, 2)), Case((20, 16), (7, 5), at: (5, 3)), Case((20, 16), (1, 1), at: (9, 7)),
        Case((20, 16), (1, 1), at: (8, 6)), Case((20, 16), (20, 16), at: (0, 0)),
        Case((21, 17), (21, 17), at: (0, 0)),
        // At the right and bottom edges, of which an odd frame's last column and row are dropped.
        Case((20, 16), (7, 5), at: (13, 11)), Case((20, 16), (6, 4), at: (14, 12)),
        Case((21, 17), (7, 5), at: (14, 12)), Case((21, 17), (6, 4), at: (15, 13)),
        Case((21, 16), (6, 6), at: (15, 10)), Case((20, 17), (5, 5), at: (15, 12)),
        Case((21, 17), (2, 2), at: (19, 15)), Case((21, 17), (6, 4), at: (14, 12)),
        // Hanging over the edges.
        Case((21, 17), (9, 9), at: (-3, -4)), Case((21, 17), (9, 9), at: (16, 11)), Case((3, 3), (9, 9), at: (-3, -3)),
    ]

    /// A mask where it lies in the frame.
    private func laid(_ mask: Mask, of object: PlacedObject) -> Mask {
        Region.whole(of: object.frame).seen(from: object.origin).part(of: mask)
    }

    /// The colours where they lie in the frame.
    private func laidImage(_ object: PlacedObject) -> Image {
        Region.whole(of: object.frame).seen(from: object.origin).part(of: object.image)
    }

    /// 1 where any of 2×2 values is above 0.
    private func anyOfFour(_ mask: Mask) -> Mask {
        var result = Mask(width: mask.width / 2, height: mask.height / 2, repeating: 0)
        for y in 0..<result.height * 2 {
            for x in 0..<result.width * 2 where mask[x, y] > 0 { result[x / 2, y / 2] = 1 }
        }
        return result
    }

    @Test("the mask is the mean of 2×2 of the whole frame's, in the smallest box that holds it", arguments: cases)
    func mask(scene: Case) throws {
        let object = try scene.placed(), expected = laid(object.mask, of: object).halved
        let half = try #require(object.halved), bounds = try #require(expected.bounds)
        #expect(half.frame == Size(width: scene.frame.width / 2, height: scene.frame.height / 2))
        #expect(laid(half.mask, of: half) == expected)
        #expect(half.origin == Point(x: bounds.columns.lowerBound, y: bounds.rows.lowerBound))
        #expect(half.mask.size == Size(width: bounds.columns.count, height: bounds.rows.count))
        #expect(half.image.size == half.mask.size && half.looseMask == nil)
    }

    @Test("colours are means of 2×2, as much of each as the mask says", arguments: cases)
    func colours(scene: Case) throws {
        let object = try scene.placed(), half = try #require(object.halved)
        let (colours, mask) = (laidImage(object), laid(object.mask, of: object))
        let (result, coverage) = (laidImage(half), laid(half.mask, of: half))
        for y in 0..<result.height {
            for x in 0..<result.width {
                var (sum, total) = (SIMD3<Double>.zero, 0.0)
                for v in 2 * y..<2 * y + 2 {
                    for u in 2 * x..<2 * x + 2 {
                        sum += Double(mask[u, v]) * SIMD3<Double>(colours[u, v])
                        total += Double(mask[u, v])
                    }
                }
                #expect((coverage[x, y] > 0) == (total > 0))
                for c in 0..<3 {
                    // Where nothing of the object is left there are no colours.
                    let expected = total > 0 ? sum[c] / total : 0
                    #expect(abs(Double(result[x, y][c]) - expected) < 1e-6, "channel \(c) at \(x),\(y)")
                }
            }
        }
    }

    @Test("a colour outside the mask never comes in", arguments: cases)
    func bleeding(scene: Case) throws {
        let colour = SIMD3<Float>(0.25, 0.5, 0.75)
        func half(outside: SIMD3<Float>) throws -> PlacedObject? {
            let mask = try scene.placed().mask
            let first = try scene.placed(.constant(width: scene.object.width, height: scene.object.height, colour))
            var image = first.image
            for i in mask.values.indices where mask.values[i] == 0 { image[i % mask.width, i / mask.width] = outside }
            // The object as it was placed, its edges cut at the frame's.
            return try PlacedObject(image, mask: mask, in: scene.frame, Placement(at: first.origin)).halved
        }
        let (black, white) = (try #require(try half(outside: .zero)), try #require(try half(outside: .one)))
        #expect(black == white)
        for i in white.mask.values.indices {
            let expected = white.mask.values[i] > 0 ? colour : .zero
            let difference = white.image[i % white.mask.width, i / white.mask.width] - expected
            #expect((difference * difference).sum() < 1e-12, "at \(i)")
        }
    }

    @Test("a loose mask is where any of 2×2 lay in it, in the smallest box that holds both masks", arguments: cases)
    func looseMask(scene: Case) throws {
        var generator = SeededGenerator(seed: 7)
        var loose = Mask(width: scene.frame.width, height: scene.frame.height, repeating: 0)
        let columns = max(0, scene.corner.x - 3)..<min(loose.width, max(0, scene.corner.x) + 5)
        for y in 0..<loose.height {
            for x in columns where Int.random(in: 0..<6, using: &generator) == 0 { loose[x, y] = 1 }
        }
        loose[0, 1] = 1
        let object = try scene.placed(loose: loose), half = try #require(object.halved)
        let expected = anyOfFour(loose), mask = laid(object.mask, of: object).halved
        let halfLoose = try #require(half.looseMask)
        #expect(laid(halfLoose, of: half) == expected)
        #expect(laid(half.mask, of: half) == mask)
        let both = Mask(
            width: mask.width, height: mask.height, values: zip(mask.values, expected.values).map { max($0, $1) })
        let bounds = try #require(both.bounds)
        #expect(half.origin == Point(x: bounds.columns.lowerBound, y: bounds.rows.lowerBound))
        #expect(halfLoose.size == Size(width: bounds.columns.count, height: bounds.rows.count))
        #expect(half.mask.size == halfLoose.size && half.image.size == halfLoose.size)
    }

    @Test func `a box that only dropped pixels made that large becomes smaller`() throws {
        // Column 2 and row 2 are in the box for the sake of pixels in the frame's last row and column.
        var mask = Mask(width: 9, height: 9, repeating: 0)
        for y in 4..<9 { for x in 4..<9 { mask[x, y] = 1 } }
        (mask[2, 8], mask[8, 2]) = (1, 1)
        let object = try PlacedObject(.mixed(width: 9, height: 9, seed: 1), mask: mask, in: mask.size)
        #expect(object.origin == Point(x: 2, y: 2))
        let half = try #require(object.halved)
        #expect(half.origin == Point(x: 2, y: 2))
        #expect(half.mask == Mask(width: 2, height: 2, repeating: 1))
        #expect(half.image == Region(columns: 2..<6, rows: 2..<6).part(of: object.image).halved)
    }

    @Test func `nothing is left of a frame one pixel wide or high`() throws {
        for (width, height) in [(1, 1), (1, 9), (9, 1), (1, 2), (2, 1)] {
            let mask = Mask(width: width, height: height, repeating: 1)
            let object = try PlacedObject(.mixed(width: width, height: height, seed: 1), mask: mask, in: mask.size)
            #expect(object.halved == nil, "\(mask.size)")
        }
        let mask = Mask(width: 2, height: 2, repeating: 1)
        let object = try PlacedObject(.mixed(width: 2, height: 2, seed: 1), mask: mask, in: mask.size)
        #expect(object.halved?.mask == Mask(width: 1, height: 1, repeating: 1))
    }

    @Test(
        "nothing is left of an object in the dropped column or row alone",
        arguments: [(1, 5, 8, 0), (1, 1, 8, 8), (5, 1, 2, 8), (9, 1, 0, 8)])
    func dropped(width: Int, height: Int, x: Int, y: Int) throws {
        let mask = Mask(width: width, height: height, repeating: 1)
        let image = Image.mixed(width: width, height: height, seed: 1)
        func half(_ frame: Int, x: Int, y: Int) throws -> PlacedObject? {
            try PlacedObject(
                image, mask: mask, in: Size(width: frame, height: frame), Placement(at: .init(x: x, y: y))
            ).halved
        }
        #expect(try half(9, x: x, y: y) == nil)
        // One pixel further in, or in a frame of one more, there is something.
        #expect(try half(10, x: x, y: y) != nil)
        #expect(try half(9, x: min(x, 7), y: min(y, 7)) != nil)
    }

    @Test func `nothing is left where one of the masks is in the dropped column and row alone`() throws {
        let frame = Size(width: 9, height: 9)
        func half(tight: [(Int, Int)], loose: [(Int, Int)]) throws -> PlacedObject? {
            var masks = [Mask](repeating: Mask(width: 9, height: 9, repeating: 0), count: 2)
            for (x, y) in tight { masks[0][x, y] = 1 }
            for (x, y) in loose { masks[1][x, y] = 1 }
            return try PlacedObject(
                .mixed(width: 9, height: 9, seed: 1), mask: masks[0], looseMask: masks[1], in: frame
            ).halved
        }
        #expect(try half(tight: [(8, 3), (2, 8)], loose: [(4, 4), (8, 3)]) == nil)
        #expect(try half(tight: [(4, 4), (8, 3)], loose: [(8, 3), (2, 8)]) == nil)
        #expect(try half(tight: [(4, 4), (8, 3)], loose: [(8, 3), (2, 8), (2, 7)]) != nil)
    }

    @Test func `an object of a value that Float cannot quarter is nothing`() throws {
        let mask = Mask(width: 4, height: 4, repeating: 1)
        var faint = mask
        for i in faint.values.indices { faint.values[i] = i == 5 ? .leastNonzeroMagnitude : 0 }
        let image = Image.constant(width: 4, height: 4, .one)
        #expect(try PlacedObject(image, mask: mask, in: mask.size).halved != nil)
        #expect(try PlacedObject(image, mask: faint, in: mask.size).halved == nil)
    }
}

@Suite struct DoublingTests {
    private static let sizes = [(1, 1), (1, 5), (2, 2), (9, 7), (4, 16)].map { Size(width: $0.0, height: $0.1) }

    @Test("a picture has twice as many columns and rows, and a constant stays it, in 0…1 or not", arguments: sizes)
    func constants(size: Size) {
        for colour in [SIMD3<Float>(0.3, 0, 1), SIMD3(-0.4, 1.7, -20)] {
            let doubled = Image.constant(width: size.width, height: size.height, colour).doubled
            #expect(doubled.size == Size(width: 2 * size.width, height: 2 * size.height))
            let expected = Image.constant(width: doubled.width, height: doubled.height, colour)
            #expect(largestDifference(doubled, expected) < 1e-5)
        }
    }

    @Test func `a ramp stays a ramp but at the border, with pixel centres at half integers`() {
        func ramp(_ x: Double, _ y: Double) -> SIMD3<Float> {
            SIMD3<Float>(SIMD3<Double>(0.1 * x, -0.2 * y, 0.05 * x + 0.02 * y - 1))
        }
        var picture = Image.constant(width: 14, height: 11, .zero)
        for y in 0..<11 { for x in 0..<14 { picture[x, y] = ramp(Double(x) + 0.5, Double(y) + 0.5) } }
        let doubled = picture.doubled
        // The cubic reaches two pixels of the small picture.
        for y in 4..<18 {
            for x in 4..<24 {
                let difference = doubled[x, y] - ramp((Double(x) + 0.5) / 2, (Double(y) + 0.5) / 2)
                for c in 0..<3 { #expect(abs(difference[c]) < 1e-5, "channel \(c) at \(x),\(y)") }
            }
        }
    }

    @Test func `values outside 0…1 are not clamped, nor what overshoots, and channels do not mix`() {
        var picture = Image.constant(width: 12, height: 10, .zero)
        for y in 0..<10 { for x in 6..<12 { picture[x, y].y = 1 } }
        let edge = picture.doubled
        #expect((edge.values.max() ?? 0) > 1.01 && (edge.values.min() ?? 0) < -0.01)
        #expect(edge.colors.allSatisfy { $0.x == 0 && $0.z == 0 })
        // Inside 0…1 it is the resampling that clamps, and it is linear.
        let inside = picture.resampled(to: edge.size)
        #expect(zip(edge.values, inside.values).allSatisfy { min(max($0, 0), 1) == $1 })
        var shifted = picture
        for i in shifted.values.indices { shifted.values[i] = 3 * shifted.values[i] - 2 }
        let expected = Image(width: edge.width, height: edge.height, values: edge.values.map { 3 * $0 - 2 })
        #expect(largestDifference(shifted.doubled, expected) < 1e-5)
    }
}
