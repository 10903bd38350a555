import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

@Suite struct CompositionHalvingTests {
    /// A painting's size, and that and the corner of an object in it.
    struct Case: CustomStringConvertible {
        let painting, object: Size
        let corner: Point
        let hasLooseMask: Bool

        init(_ painting: (Int, Int), _ object: (Int, Int), at corner: (Int, Int), hasLooseMask: Bool = false) {
            self.painting = Size(width: painting.0, height: painting.1)
            self.object = Size(width: object.0, height: object.1)
            self.corner = Point(x: corner.0, y: corner.1)
            self.hasLooseMask = hasLooseMask
        }

        var description: String {
            "\(object) at \(corner.x),\(corner.y) in \(painting)\(hasLooseMask ? ", with a loose mask" : "")"
        }

        /// The scene; half of the mask's values are below 1.
        func composition() throws -> Composition {
            var mask = Mask(width: object.width, height: object.height, repeating: 1)
            for i in mask.values.indices where i % 2 == 0 { mask.values[i] = Float(i % 7 + 1) / 8 }
            var loose = Mask(width: object.width, height: object.height, repeating: 0)
            for i in loose.values.indices where i % 3 != 0 { loose.values[i] = 1 }
            let placed = try PlacedObject(
                .noise(object, seed: 1), mask: mask, looseMask: hasLooseMask ? loose : nil, in: painting,
                Placement(at: corner))
            return try Composition(painting: .noise(painting, seed: 2), object: placed, reach: VGG16.builtIn.reach)
        }
    }

    static let cases = [
        Case((420, 60), (24, 20), at: (200, 20)), Case((420, 60), (23, 21), at: (201, 21)),
        Case((61, 421), (20, 25), at: (15, 301)), Case((401, 47), (2, 1), at: (201, 20)),
        // So far from the corner that both crops begin inside the painting.
        Case((900, 65), (24, 20), at: (801, 20)), Case((901, 65), (21, 23), at: (760, 21), hasLooseMask: true),
        // At the painting's edges, of which an odd one's last column and row have no half.
        Case((420, 60), (25, 21), at: (0, 0)), Case((420, 60), (25, 21), at: (395, 39)),
        Case((421, 61), (25, 21), at: (396, 40)), Case((421, 61), (24, 20), at: (397, 41), hasLooseMask: true),
        Case((421, 61), (421, 61), at: (0, 0)), Case((421, 61), (30, 30), at: (-11, -9)),
        Case((421, 61), (30, 30), at: (405, 45)),
    ]

    /// A mask of the crop where it lies in the painting.
    private func laid(_ mask: Mask, _ composition: Composition) -> Mask {
        Region.whole(of: composition.painting.size).seen(from: composition.crop.origin).part(of: mask)
    }

    /// Calls `body` with each pixel of the crop, and the painting's pixel that it is.
    private func forEach(_ composition: Composition, _ body: (_ x: Int, _ y: Int, _ column: Int, _ row: Int) -> Void) {
        let crop = composition.crop
        for y in 0..<crop.rows.count {
            for x in 0..<crop.columns.count { body(x, y, crop.columns.lowerBound + x, crop.rows.lowerBound + y) }
        }
    }

    @Test(
        "a painting has a half of half the size",
        arguments: [
            (400, 400, true), (401, 40, true), (40, 401, true), (33, 32, true),
            // Too little is left for the network.
            (401, 32, true), (401, 31, false), (31, 500, false),
        ])
    func smallest(width: Int, height: Int, hasHalf: Bool) throws {
        let half = try Case((width, height), (9, 8), at: (12, 11)).composition().halved
        #expect((half != nil) == hasHalf)
        if let half { #expect(half.painting.size == Size(width: width / 2, height: height / 2)) }
    }

    @Test func `where too little is left of the object there is no half`() throws {
        func half(_ mask: [Float], width: Int, x: Int, y: Int) throws -> Composition? {
            let size = Size(width: width, height: mask.count / width), painting = Size(width: 421, height: 41)
            let placed = try PlacedObject(
                .noise(size, seed: 1), mask: Mask(width: size.width, height: size.height, values: mask),
                in: painting, Placement(at: .init(x: x, y: y)))
            return try Composition(painting: .noise(painting, seed: 2), object: placed, reach: VGG16.builtIn.reach)
                .halved
        }
        #expect(try half([1], width: 1, x: 420, y: 12) == nil)
        #expect(try half([1, 1, 1], width: 3, x: 200, y: 40) == nil)
        #expect(try half([1], width: 1, x: 419, y: 12) != nil)
        // A quarter of 0.4 is 0.1, which is not above it.
        #expect(try half([0.4], width: 1, x: 200, y: 12) == nil)
        #expect(try half([0.4, 0.4], width: 2, x: 200, y: 12) != nil)
        #expect(try half([0.4, 0.4], width: 2, x: 201, y: 12) == nil)
    }

    @Test func `where nothing is left that may change there is no half`() throws {
        let size = Size(width: 421, height: 41)
        func half(loose column: Int) throws -> Composition? {
            var masks = [Mask](repeating: Mask(width: size.width, height: size.height, repeating: 0), count: 2)
            for y in 10..<20 { (masks[0][410, y], masks[0][411, y], masks[1][column, y]) = (1, 1, 1) }
            let placed = try PlacedObject(.noise(size, seed: 1), mask: masks[0], looseMask: masks[1], in: size)
            return try Composition(painting: .noise(size, seed: 2), object: placed, reach: VGG16.builtIn.reach)
                .halved
        }
        #expect(try half(loose: 420) == nil)
        #expect(try half(loose: 419) != nil)
    }

    @Test("painting and mask are half of theirs", arguments: cases)
    func halves(scene: Case) throws {
        let composition = try scene.composition(), half = try #require(composition.halved)
        #expect(half.painting == composition.painting.halved)
        #expect(laid(half.mask, half) == laid(composition.mask, composition).halved)
        #expect(half.mask.size == half.crop.size && half.composite.size == half.crop.size)
        if scene.hasLooseMask {
            let loose = laid(composition.looseMask, composition).halved.thresholded(at: 0)
            #expect(laid(half.looseMask, half) == loose)
        }
    }

    @Test("where nothing changed the composite stays to the bit", arguments: cases)
    func nothing(scene: Case) throws {
        let composition = try scene.composition(), half = try #require(composition.halved)
        #expect(composition.carried(half.composite, from: half) == composition.composite)
    }

    @Test("what changed everywhere changes the pixels that may, and those alone", arguments: cases)
    func constant(scene: Case) throws {
        let composition = try scene.composition(), half = try #require(composition.halved)
        var picture = half.composite
        for i in picture.values.indices { picture.values[i] += 0.1 }
        let composite = composition.composite, carried = composition.carried(picture, from: half)
        #expect(carried.size == composite.size)
        let frame = composition.painting.size
        var changed = 0
        forEach(composition) { x, y, column, row in
            let hasHalf = column / 2 < frame.width / 2 && row / 2 < frame.height / 2
            if composition.looseMask[x, y] > 0, hasHalf {
                let difference = carried[x, y] - composite[x, y]
                for c in 0..<3 { #expect(abs(difference[c] - 0.1) < 1e-6, "at \(column),\(row)") }
                changed += 1
            } else {
                #expect(carried[x, y] == composite[x, y], "at \(column),\(row)")
            }
        }
        #expect(changed > 0)
    }

    @Test("what changed lands where it was, twice as large", arguments: cases)
    func ramp(scene: Case) throws {
        // The cubic continues a ramp, but two pixels at the border, where it sees one side alone.
        func ramp(_ x: Double, _ y: Double) -> SIMD3<Float> {
            SIMD3<Float>(SIMD3<Double>(0.001 * x, -0.003 * y, 0.002 * (x + y) - 0.5))
        }
        let composition = try scene.composition(), half = try #require(composition.halved)
        var picture = half.composite
        forEach(half) { x, y, column, row in picture[x, y] += ramp(Double(column) + 0.5, Double(row) + 0.5) }
        let composite = composition.composite, carried = composition.carried(picture, from: half)
        let columns = 2 * half.crop.columns.lowerBound + 4..<2 * half.crop.columns.upperBound - 4
        let rows = 2 * half.crop.rows.lowerBound + 4..<2 * half.crop.rows.upperBound - 4
        var inside = 0
        forEach(composition) { x, y, column, row in
            guard composition.looseMask[x, y] > 0, columns.contains(column), rows.contains(row) else { return }
            let expected = ramp((Double(column) + 0.5) / 2, (Double(row) + 0.5) / 2)
            let difference = carried[x, y] - composite[x, y] - expected
            for c in 0..<3 { #expect(abs(difference[c]) < 1e-6, "at \(column),\(row)") }
            inside += 1
        }
        #expect(inside > 0)
    }

    @Test func `both crops may begin inside the painting`() throws {
        let composition = try Self.cases[4].composition(), half = try #require(composition.halved)
        #expect(composition.crop.columns.lowerBound > 0 && half.crop.columns.lowerBound > 0)
        #expect(composition.crop.columns.lowerBound != 2 * half.crop.columns.lowerBound)
    }

    @Test func `only a change is carried, not the small picture's loss of detail`() throws {
        let composition = try Self.cases[1].composition(), half = try #require(composition.halved)
        // One pixel of the half, in the middle of the object.
        var picture = half.composite
        let (x, y) = (106 - half.crop.columns.lowerBound, 15 - half.crop.rows.lowerBound)
        picture[x, y].x += 0.5
        let composite = composition.composite, carried = composition.carried(picture, from: half)
        var changed: Set<Int> = []
        forEach(composition) { x, y, column, row in
            let difference = carried[x, y] - composite[x, y]
            #expect(difference.y == 0 && difference.z == 0)
            if difference.x != 0 { changed.insert(row * composition.painting.width + column) }
        }
        // The cubic reaches two pixels of the half to each side: 8×8 pixels around the 2×2.
        for pixel in changed {
            let (column, row) = (pixel % composition.painting.width, pixel / composition.painting.width)
            #expect((208..<218).contains(column) && (26..<36).contains(row), "\(column),\(row)")
        }
        for column in 212..<214 { for row in 30..<32 { #expect(changed.contains(row * 420 + column)) } }
    }
}
