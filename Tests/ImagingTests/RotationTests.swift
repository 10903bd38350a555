import Foundation
import Testing

@testable import Imaging

/// Objects that are rotated and mirrored.
@Suite struct RotationTests {
    private let frame = Size(width: 60, height: 50)

    private func noise(_ size: Size) -> Image {
        let values = (1...3 * size.pixelCount).map { (i: Int) -> Float in Float(i * i * 31 % 250 + 1) / 251 }
        return Image(width: size.width, height: size.height, values: values)
    }

    private func opaque(_ size: Size) -> Mask { Mask(width: size.width, height: size.height, repeating: 1) }

    private func placed(_ size: Size, _ placement: Placement) throws -> PlacedObject {
        let values = (0..<size.pixelCount).map { (i: Int) -> Float in Float(i % 7 + 1) / 7 }
        return try PlacedObject(
            noise(size), mask: Mask(width: size.width, height: size.height, values: values), in: frame, placement)
    }

    @Test func `no rotation is the object as it is`() throws {
        let size = Size(width: 12, height: 9), at = Point(x: 3, y: 4)
        for scale in [1, 0.7, 2.3] {
            let plain = try placed(size, Placement(at: at, scale: scale))
            for rotation in [0.0, -0.0, 360, -720] {
                #expect(try placed(size, Placement(at: at, scale: scale, rotation: rotation)) == plain)
            }
        }
    }

    @Test(
        "right angles at scale 1 move pixels and change none",
        arguments: [(0.0, true), (90, false), (90, true), (180, false), (-180, true), (270, false), (-90, true)])
    func permutes(rotation: Double, isMirrored: Bool) throws {
        let size = Size(width: 12, height: 9), object = noise(size)
        let quarters = (Int(rotation / 90) + 4) % 4
        let result = try placed(
            size, Placement(at: Point(x: 5, y: 6), rotation: rotation, isMirrored: isMirrored))
        #expect(result.origin == Point(x: 5, y: 6))
        #expect(result.image.size == (quarters % 2 == 0 ? size : Size(width: 9, height: 12)))
        for y in 0..<size.height {
            for x in 0..<size.width {
                // First mirrored; then each quarter takes (x, y) of a picture of width w to (y, w − 1 − x).
                var point = (x: isMirrored ? size.width - 1 - x : x, y: y), sides = (size.width, size.height)
                for _ in 0..<quarters {
                    point = (point.y, sides.0 - 1 - point.x)
                    sides = (sides.1, sides.0)
                }
                #expect(result.image[point.x, point.y] == object[x, y])
                #expect(result.mask[point.x, point.y] == Float((y * size.width + x) % 7 + 1) / 7)
            }
        }
    }

    @Test("right angles at other scales permute the scaled object", arguments: [0.6, 1.7])
    func permutesScaled(scale: Double) throws {
        let size = Size(width: 12, height: 9)
        let straight = try placed(size, Placement(at: Point(x: 2, y: 2), scale: scale))
        let turned = try placed(size, Placement(at: Point(x: 2, y: 2), scale: scale, rotation: 90))
        let width = straight.image.width
        #expect(turned.image.size == Size(width: straight.image.height, height: width))
        for y in 0..<straight.image.height {
            for x in 0..<width { #expect(turned.image[y, width - 1 - x] == straight.image[x, y]) }
        }
    }

    /// A linear function of the place, which the cubic reproduces, is one of the rotated place.
    @Test(
        "a gradient is rotated as its formula says",
        arguments: [30.0, -45, 100, 211.5], [(1.0, false), (1.6, true), (1, true)])
    func rotatesGradient(rotation: Double, _ other: (scale: Double, isMirrored: Bool)) throws {
        let size = Size(width: 20, height: 15)
        func value(_ u: Double, _ v: Double) -> Double { 0.5 + 0.02 * u - 0.015 * v }
        var object = noise(size)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let color = Float(value(Double(x) + 0.5 - 10, Double(y) + 0.5 - 7.5))
                object[x, y] = SIMD3(color, 1 - color, 0.5)
            }
        }
        let placement = Placement(
            at: Point(x: 4, y: 3), scale: other.scale, rotation: rotation, isMirrored: other.isMirrored)
        let box = try placement.boundingSize(size)
        let result = try PlacedObject(object, mask: opaque(size), in: frame, placement)
        let angle = rotation * .pi / 180
        let middle = (4 + Double(box.width) / 2, 3 + Double(box.height) / 2)
        var compared = 0
        for y in 0..<result.image.height {
            for x in 0..<result.image.width where result.mask[x, y] > 0.999 {
                let dx = Double(x + result.origin.x) + 0.5 - middle.0, dy = Double(y + result.origin.y) + 0.5 - middle.1
                // Counter-clockwise with y downwards: backwards by the angle, then to the object's own pixels.
                let u = (dx * cos(angle) - dy * sin(angle)) / other.scale
                let v = (dx * sin(angle) + dy * cos(angle)) / other.scale
                guard abs(u) < 7.5, abs(v) < 5 else { continue }
                let expected = value(other.isMirrored ? -u : u, v)
                #expect(abs(Double(result.image[x, y].x) - expected) < 1e-4, "at \(x),\(y)")
                compared += 1
            }
        }
        #expect(compared > 100)
    }

    @Test func `a positive rotation is counter-clockwise`() throws {
        let size = Size(width: 21, height: 21)
        var spot = Mask(width: 21, height: 21, repeating: 0)
        for y in 9...11 { for x in 18...20 { spot[x, y] = 1 } }
        // From the right to the top.
        let turned = try PlacedObject(
            noise(size), mask: spot, in: frame, Placement(at: Point(x: 0, y: 0), rotation: 89.9))
        #expect(turned.origin.y < 3 && turned.origin.x > 6 && turned.origin.x < 13)
    }

    @Test("colours around the object leave no rim", arguments: [Float(0), 1], [0.5, 1, 1.7])
    func noRim(around: Float, scale: Double) throws {
        let size = Size(width: 24, height: 24), color = SIMD3<Float>(0.8, 0.3, 0.1)
        var object = noise(size), mask = Mask(width: 24, height: 24, repeating: 0)
        for y in 0..<24 {
            for x in 0..<24 {
                let distance = hypot(Float(x) - 11.5, Float(y) - 11.5)
                mask[x, y] = max(0, min(1, 9 - distance))
                object[x, y] = mask[x, y] > 0 ? color : SIMD3(repeating: around)
            }
        }
        let result = try PlacedObject(
            object, mask: mask, in: frame, Placement(at: Point(x: 2, y: 2), scale: scale, rotation: 33))
        for y in 0..<result.mask.height {
            for x in 0..<result.mask.width where result.mask[x, y] > 1 / 256 {
                let difference = result.image[x, y] - color
                #expect((difference * difference).sum().squareRoot() < 1e-3, "at \(x),\(y)")
            }
        }
        // The area stays that of the disc.
        let area = result.mask.values.reduce(0, +) / Float(scale * scale)
        #expect(abs(area / mask.values.reduce(0, +) - 1) < 0.02)
    }

    @Test(
        "the box holds all of the object, and no more",
        arguments: [(10.0, 1.0), (45, 1), (60, 0.5), (135, 1.5), (-30, 1), (0.001, 1)])
    func boxes(rotation: Double, scale: Double) throws {
        let size = Size(width: 20, height: 12)
        let placement = Placement(at: Point(x: 7, y: 5), scale: scale, rotation: rotation)
        let box = try placement.boundingSize(size)
        let scaled = try placement.scaledSize(size), angle = rotation * .pi / 180
        let width = Double(scaled.width) * abs(cos(angle)) + Double(scaled.height) * abs(sin(angle))
        #expect(Double(box.width) >= width - 1e-6 && Double(box.width) < width + 1)
        let result = try PlacedObject(noise(size), mask: opaque(size), in: frame, placement)
        let inside = Region(origin: Point(x: 7, y: 5), size: box)
        let covered = Region(origin: result.origin, size: result.image.size)
        #expect(inside.union(covered) == inside)
        #expect(covered.columns.count >= box.width - 2 && covered.rows.count >= box.height - 2)
        let area = result.mask.values.reduce(0, +)
        #expect(abs(Double(area) - Double(scaled.pixelCount)) < 0.02 * Double(scaled.pixelCount) + 1)
    }

    @Test func `a rotated object is centred by its box`() throws {
        let size = Size(width: 20, height: 12), placement = Placement(rotation: 90)
        let result = try PlacedObject(noise(size), mask: opaque(size), in: frame, placement)
        #expect(result.origin == Point(x: 24, y: 15) && result.image.size == Size(width: 12, height: 20))
    }

    @Test func `a part of a rotated object is that part of the whole`() throws {
        let size = Size(width: 30, height: 22)
        let large = Size(width: 200, height: 200)
        let whole = try PlacedObject(
            noise(size), mask: opaque(size), in: large, Placement(at: Point(x: 50, y: 50), rotation: 25))
        let part = try PlacedObject(
            noise(size), mask: opaque(size), in: frame, Placement(at: Point(x: 40, y: 30), rotation: 25))
        for y in 0..<part.image.height {
            for x in 0..<part.image.width {
                let u = x + part.origin.x + 10 - whole.origin.x, v = y + part.origin.y + 20 - whole.origin.y
                #expect(part.image[x, y] == whole.image[u, v] && part.mask[x, y] == whole.mask[u, v])
            }
        }
    }

    @Test func `the loose mask turns with the object`() throws {
        let size = Size(width: 12, height: 9)
        var loose = Mask(width: 12, height: 9, repeating: 0)
        loose[0, 0] = 1
        let result = try PlacedObject(
            noise(size), mask: opaque(size), looseMask: loose, in: frame,
            Placement(at: Point(x: 5, y: 6), rotation: 90))
        let looseMask = try #require(result.looseMask)
        #expect(looseMask[0, 11] == 1 && looseMask.values.reduce(0, +) == 1)
    }

    @Test func `a box outside the painting says its size and place`() throws {
        #expect(
            throws: PlacementError.outside(
                corner: Point(x: 70, y: 0), size: Size(width: 9, height: 12), painting: frame)
        ) {
            _ = try placed(Size(width: 12, height: 9), Placement(at: Point(x: 70, y: 0), rotation: 90))
        }
        let side = 1 << 29
        #expect(throws: PlacementError.tooLarge(object: Size(width: side, height: side), scale: 2)) {
            _ = try Placement(scale: 2, rotation: 45).boundingSize(Size(width: side, height: side))
        }
    }
}
