import Imaging
import TestSupport
import Testing

@Suite struct PlacementTests {
    private let frame = Size(width: 20, height: 15)

    private func noise(_ size: Size, seed: Int = 1) -> Image {
        let count = 3 * size.width * size.height
        return Image(
            width: size.width, height: size.height,
            values: (0..<count).map { Float(($0 + seed) * ($0 + seed) * 31 % 250 + 1) / 251 })
    }

    private func mask(_ size: Size) -> Mask {
        let count = size.width * size.height
        return Mask(width: size.width, height: size.height, values: (0..<count).map { Float($0 % 7 + 1) / 7 })
    }

    /// A placed object's colours and masks in the whole frame.
    private func framed(_ placed: PlacedObject) -> (image: Image, mask: Mask, looseMask: Mask?) {
        func framed(_ mask: Mask) -> Mask {
            var result = Mask(width: placed.frame.width, height: placed.frame.height, repeating: 0)
            for y in 0..<mask.height {
                for x in 0..<mask.width { result[x + placed.origin.x, y + placed.origin.y] = mask[x, y] }
            }
            return result
        }
        let blank = Image(
            width: placed.frame.width, height: placed.frame.height,
            values: Array(repeating: 0, count: 3 * placed.frame.width * placed.frame.height))
        #expect(placed.mask.size == placed.image.size)
        return (
            Overlay(placed.image, at: placed.origin).laid(into: blank), framed(placed.mask),
            placed.looseMask.map(framed)
        )
    }

    /// Whether the frame holds the object with its corner at (x, y) to the bit, and nothing around it.
    private func expectPlaced(_ placed: PlacedObject, _ object: Image, _ mask: Mask, x: Int, y: Int) {
        let (image, tight, _) = framed(placed)
        for v in 0..<frame.height {
            for u in 0..<frame.width {
                let isInside = 0..<object.width ~= u - x && 0..<object.height ~= v - y
                #expect(tight[u, v] == (isInside ? mask[u - x, v - y] : 0), "at \(u),\(v)")
                #expect(image[u, v] == (isInside ? object[u - x, v - y] : .zero), "at \(u),\(v)")
            }
        }
    }

    private func error(_ body: () throws(PlacementError) -> PlacedObject) -> PlacementError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error
        }
    }

    // MARK: Where

    @Test(
        "an object without a corner is centred, the odd pixel to the right and below",
        arguments: [(6, 5, 7, 5), (7, 6, 6, 4), (20, 15, 0, 0), (1, 1, 9, 7)])
    func centres(width: Int, height: Int, x: Int, y: Int) throws {
        let size = Size(width: width, height: height)
        let placed = try PlacedObject(noise(size), mask: mask(size), in: frame)
        expectPlaced(placed, noise(size), mask(size), x: x, y: y)
    }

    @Test(
        "an object may hang over each edge and corner",
        arguments: [(0, 0), (-3, 4), (17, 4), (5, -4), (5, 12), (-5, -4), (19, -4), (-5, 14), (19, 14)])
    func hangsOver(x: Int, y: Int) throws {
        let size = Size(width: 6, height: 5)
        let placed = try PlacedObject(noise(size), mask: mask(size), in: frame, Placement(at: .init(x: x, y: y)))
        expectPlaced(placed, noise(size), mask(size), x: x, y: y)
    }

    @Test(
        "an object larger than the painting shows what lies inside",
        arguments: [(-3, -2), (0, 0), (-10, -15), (-20, -25)])
    func cutsLargeObjects(x: Int, y: Int) throws {
        let size = Size(width: 40, height: 40)
        let placed = try PlacedObject(noise(size), mask: mask(size), in: frame, Placement(at: .init(x: x, y: y)))
        expectPlaced(placed, noise(size), mask(size), x: x, y: y)
    }

    @Test func `a larger object is centred too`() throws {
        let size = Size(width: 40, height: 35)
        let placed = try PlacedObject(noise(size), mask: mask(size), in: frame)
        expectPlaced(placed, noise(size), mask(size), x: -10, y: -10)
    }

    @Test func `object and mask of the painting's size are used as they are`() throws {
        let placed = try PlacedObject(noise(frame), mask: mask(frame), in: frame)
        #expect(placed.image == noise(frame))
        #expect(placed.mask == mask(frame))
        #expect(placed.looseMask == nil)
    }

    @Test func `a placed object is no larger than its masks`() throws {
        var spot = Mask(width: 20, height: 15, repeating: 0)
        for y in 3..<7 { for x in 8..<10 { spot[x, y] = 0.5 } }
        let placed = try PlacedObject(noise(frame), mask: spot, in: frame)
        #expect(placed.frame == frame && placed.origin == Point(x: 8, y: 3))
        #expect(placed.mask == Mask(width: 2, height: 4, repeating: 0.5))
        for y in 0..<4 { for x in 0..<2 { #expect(placed.image[x, y] == noise(frame)[x + 8, y + 3]) } }

        var loose = Mask(width: 20, height: 15, repeating: 0)
        loose[1, 5] = 1
        let both = try PlacedObject(noise(frame), mask: spot, looseMask: loose, in: frame)
        #expect(both.origin == Point(x: 1, y: 3) && both.image.size == Size(width: 9, height: 4))
        #expect(framed(both).mask == spot && framed(both).looseMask == loose)
        #expect(both.image[7, 0] == noise(frame)[8, 3])
    }

    @Test("the part of a scaled object that its mask covers is that of the whole", arguments: [0.7, 1, 1.9])
    func scalesPartsAlike(scale: Double) throws {
        let size = Size(width: 12, height: 10)
        var spot = Mask(width: 12, height: 10, repeating: 0)
        for y in 4..<7 { for x in 5..<8 { spot[x, y] = 1 } }
        let everywhere = Mask(width: 12, height: 10, values: spot.values.map { max($0, 1e-9) })
        let placement = Placement(at: .init(x: -1, y: 2), scale: scale)
        let part = framed(try PlacedObject(noise(size), mask: spot, in: frame, placement))
        let whole = framed(try PlacedObject(noise(size), mask: everywhere, in: frame, placement))
        for i in part.mask.values.indices where part.mask.values[i] > 0.01 {
            for c in 3 * i..<3 * i + 3 { #expect(abs(part.image.values[c] - whole.image.values[c]) < 1e-5) }
        }
        #expect(part.mask.values.contains { $0 > 0.9 })
    }

    // MARK: How large

    @Test(
        "a scaled size is rounded, and never less than a pixel",
        arguments: [
            (10, 7, 0.5, 5, 4), (10, 7, 0.25, 3, 2), (10, 7, 1e-9, 1, 1), (10, 7, 1.26, 13, 9), (1, 1, 3.4, 3, 3),
        ])
    func scalesSizes(width: Int, height: Int, scale: Double, newWidth: Int, newHeight: Int) throws {
        let size = try Placement(scale: scale).scaledSize(Size(width: width, height: height))
        #expect(size == Size(width: newWidth, height: newHeight))
    }

    @Test func `a scaled object is the object resampled, in its place`() throws {
        let size = Size(width: 6, height: 4), scaled = Size(width: 12, height: 8)
        let opaque = Mask(width: 6, height: 4, repeating: 1)
        let placed = try PlacedObject(
            noise(size), mask: opaque, in: frame, Placement(at: .init(x: 3, y: 5), scale: 2))
        let expected = noise(size).resampled(to: scaled)
        #expect(placed.origin == Point(x: 3, y: 5) && placed.image.size == scaled)
        for y in 0..<8 {
            for x in 0..<12 {
                #expect(abs(placed.mask[x, y] - 1) < 1e-6)
                let difference = placed.image[x, y] - expected[x, y]
                #expect((difference * difference).sum() < 1e-11)
            }
        }
    }

    @Test("colours from outside the mask do not bleed into a scaled object", arguments: [0.3, 0.5, 0.77, 1.5, 3])
    func doesNotBleed(scale: Double) throws {
        // A red disc in the middle of black; what is black does not belong to the object.
        var object = Image(width: 12, height: 12, values: Array(repeating: 0, count: 432))
        var mask = Mask(width: 12, height: 12, repeating: 0)
        for y in 0..<12 {
            for x in 0..<12 where (x - 6) * (x - 6) + (y - 6) * (y - 6) < 16 {
                object[x, y] = [0.8, 0.2, 0.1]
                mask[x, y] = 1
            }
        }
        let placed = try PlacedObject(object, mask: mask, in: Size(width: 40, height: 40), Placement(scale: scale))
        for i in placed.mask.values.indices where placed.mask.values[i] > 0.01 {
            for (c, value) in [Float(0.8), 0.2, 0.1].enumerated() {
                #expect(abs(placed.image.values[3 * i + c] - value) < 1e-3)
            }
        }
    }

    // MARK: The loose mask

    @Test func `a loose mask of the painting's size stays where it is, and counts from 0.1`() throws {
        let size = Size(width: 6, height: 5)
        let values = (0..<300).map { [Float(0), 0.0999, 0.1, 0.5, 1][$0 % 5] }
        let placed = try PlacedObject(
            noise(size), mask: mask(size), looseMask: Mask(width: 20, height: 15, values: values), in: frame,
            Placement(at: .init(x: -2, y: 3), scale: 2))
        #expect(framed(placed).looseMask?.values == FloatBuffer(values.map { $0 >= 0.1 ? 1 : 0 }))
    }

    @Test func `a loose mask of the object's size is placed with it`() throws {
        let size = Size(width: 6, height: 5)
        var loose = Mask(width: 6, height: 5, repeating: 1)
        loose[0, 0] = 0.05
        let placed = try PlacedObject(
            noise(size), mask: mask(size), looseMask: loose, in: frame, Placement(at: .init(x: 16, y: -1)))
        let placedLoose = framed(placed).looseMask
        for v in 0..<frame.height {
            for u in 0..<frame.width {
                let isInside = 0..<6 ~= u - 16 && 0..<5 ~= v + 1
                #expect(placedLoose?[u, v] == (isInside && loose[u - 16, v + 1] >= 0.1 ? 1 : 0), "at \(u),\(v)")
            }
        }
    }

    @Test func `a loose mask of the object's size is scaled with it`() throws {
        let size = Size(width: 6, height: 5)
        let placed = try PlacedObject(
            noise(size), mask: mask(size), looseMask: Mask(width: 6, height: 5, repeating: 1), in: frame,
            Placement(at: .init(x: 2, y: 1), scale: 2))
        let loose = framed(placed).looseMask
        #expect(loose?.values.reduce(0, +) == 120)
        #expect(loose?[2, 1] == 1 && loose?[1, 1] == 0)
    }

    // MARK: What cannot be placed

    private let small = Size(width: 6, height: 5)

    @Test func `a mask of another size than the object is an error`() {
        let wrong = Size(width: 5, height: 6)
        #expect(
            error { () throws(PlacementError) in try PlacedObject(noise(small), mask: mask(wrong), in: frame) }
                == .maskSize(mask: wrong, object: small))
    }

    @Test func `a loose mask that fits neither object nor painting is an error`() {
        let wrong = Size(width: 12, height: 10)
        let found = error { () throws(PlacementError) in
            try PlacedObject(
                noise(small), mask: mask(small), looseMask: mask(wrong), in: frame, Placement(scale: 2))
        }
        #expect(found == .looseMaskSize(loose: wrong, object: small, painting: frame))
    }

    @Test(
        "an object wholly outside is an error, however far away",
        arguments: [
            (20, 0), (0, 15), (-6, 0), (0, -5), (Int.max, 0), (0, Int.max), (Int.min, 0), (0, Int.min),
            (Int.max, Int.min), (1 << 40, 3),
        ])
    func refusesOutside(x: Int, y: Int) {
        let corner = Point(x: x, y: y)
        let found = error { () throws(PlacementError) in
            try PlacedObject(noise(small), mask: mask(small), in: frame, Placement(at: corner))
        }
        #expect(found == .outside(corner: corner, size: small, painting: frame))
    }

    @Test func `a mask with nothing inside the painting is an error`() {
        let empty = Mask(width: 6, height: 5, repeating: 0)
        #expect(
            error { () throws(PlacementError) in try PlacedObject(noise(small), mask: empty, in: frame) } == .emptyMask)
        var left = empty
        left[0, 0] = 1
        let found = error { () throws(PlacementError) in
            try PlacedObject(noise(small), mask: left, in: frame, Placement(at: .init(x: -1, y: 0)))
        }
        #expect(found == .emptyMask)
    }

    @Test func `a loose mask with nothing inside the painting is an error`() {
        let faint = Mask(width: 6, height: 5, repeating: 0.09)
        let found = error { () throws(PlacementError) in
            try PlacedObject(noise(small), mask: mask(small), looseMask: faint, in: frame)
        }
        #expect(found == .emptyLooseMask)
    }

    @Test("a scale that gives a side of more than 2³⁰ pixels is an error", arguments: [2e8, 1e9, 1e300])
    func refusesHugeScales(scale: Double) {
        let found = error { () throws(PlacementError) in
            try PlacedObject(noise(small), mask: mask(small), in: frame, Placement(scale: scale))
        }
        #expect(found == .tooLarge(object: small, scale: scale))
    }

    @Test func `an object scaled beyond any memory is made where it shows alone`() throws {
        let flat = Image(width: 6, height: 5, values: Array(repeating: 0.5, count: 90))
        let placed = try PlacedObject(
            flat, mask: Mask(width: 6, height: 5, repeating: 1), in: frame, Placement(scale: 1e8))
        #expect(placed.mask.values.allSatisfy { abs($0 - 1) < 1e-6 })
        #expect(placed.image.values.allSatisfy { abs($0 - 0.5) < 1e-6 })
    }
}
