import Imaging
import Testing

/// What a placed object says of its mask.
@Suite struct MaskWarningTests {
    private let size = Size(width: 60, height: 80)

    /// Whether a pixel is one of a triangle, wide at its foot.
    private func isObject(_ x: Int, _ y: Int) -> Bool { (10..<72).contains(y) && (8..<8 + y * 2 / 3).contains(x) }

    /// What is said of a mask of a light triangle on dark.
    private func warning(_ mask: (Int, Int) -> Float) throws -> MaskWarning? {
        var object = Image(width: 60, height: 80, values: Array(repeating: 0.2, count: 3 * 4800))
        var values = Mask(width: 60, height: 80, repeating: 0)
        for y in 0..<80 {
            for x in 0..<60 {
                if isObject(x, y) { object[x, y] = SIMD3(repeating: 0.9) }
                values[x, y] = mask(x, y)
            }
        }
        return try PlacedObject(object, mask: values, in: size).maskWarning
    }

    private func inside(_ x: Int, _ y: Int) -> Float { isObject(x, y) ? 1 : 0 }

    @Test func `nothing is said of the right mask`() throws {
        #expect(try warning(inside) == nil)
    }

    @Test func `a mask that covers all, or nearly all, or the corners, is told`() throws {
        #expect(try warning { _, _ in 0.6 } == .coversAll)
        let nearlyAll = try warning { x, y in x < 12 && y < 20 ? 0 : 1 }
        #expect(nearlyAll == .inverted(coverage: 0.95, coversCorners: false))
        guard case .inverted(let coverage, true) = try warning({ 1 - inside($0, $1) }) else {
            Issue.record("an inverted mask is not told")
            return
        }
        #expect((0.5...0.7).contains(coverage))
    }

    @Test func `an inverted mask with a black frame is told`() throws {
        let framed = try warning { x, y in x == 0 || y < 2 || x == 59 || y > 77 ? 0 : 1 - inside(x, y) }
        guard case .inverted(_, coversCorners: true) = framed else {
            Issue.record("\(String(describing: framed))")
            return
        }
    }

    @Test func `a square mask that was turned to its side is told`() throws {
        var object = Image(width: 60, height: 60, values: Array(repeating: 0.2, count: 3 * 3600))
        var (left, right) = (Mask(width: 60, height: 60, repeating: 0), Mask(width: 60, height: 60, repeating: 0))
        for y in 10..<55 {
            for x in 8..<8 + y * 2 / 3 {
                object[x, y] = SIMD3(repeating: 0.9)
                right[59 - y, x] = 1
                left[y, 59 - x] = 1
            }
        }
        let size = Size(width: 60, height: 60)
        // Turned to the left, what was turned to the right follows the edges.
        #expect(try PlacedObject(object, mask: right, in: size).maskWarning == .turned(.left))
        #expect(try PlacedObject(object, mask: left, in: size).maskWarning == .turned(.right))
    }

    @Test func `a mask that was turned is told, with how`() throws {
        #expect(try warning { inside($0, 79 - $1) } == .turned(.upsideDown))
        #expect(try warning { inside(59 - $0, $1) } == .turned(.mirrored))
        #expect(try warning { inside(59 - $0, 79 - $1) } == .turned(.rotated))
    }

    @Test func `what is no number counts nothing`() throws {
        #expect(try warning { $1 == 5 ? .nan : inside($0, $1) } == nil)
        #expect(try warning { $0 + $1 == 30 ? .infinity : 1 - inside($0, $1) } != .coversAll)
    }
}
