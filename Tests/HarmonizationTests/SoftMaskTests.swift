import Harmonization
import Imaging
import Testing

/// Soft masks in the composite and in the blend of a result with the painting.
@Suite struct SoftMaskTests {
    private let size = Size(width: 96, height: 80)

    /// The blended composite of an object of one colour in a painting of another, with this mask.
    private func blended(_ mask: Mask) throws -> (composition: Composition, blend: Image) {
        let object = Image(size: size, color: SIMD3(1, 0.5, 0))
        let placed = try PlacedObject(object, mask: mask, in: size)
        let composition = try Composition(
            painting: Image(size: size, color: SIMD3(0, 0.25, 1)), object: placed, reach: 4)
        return (composition, composition.overlay(composition.composite).laid(into: composition.painting))
    }

    @Test("a part of an object as transparent as its mask is blended once", arguments: [0.2, 0.5, 0.6] as [Float])
    func blendsOnce(value: Float) throws {
        let blend = try blended(.box(30..<66, 20..<60, in: size, of: value)).blend
        for y in 24..<56 { for x in 34..<62 { #expect(abs(blend[x, y].x - value) < 1e-5, "at \(x), \(y)") } }
    }

    @Test func `a feathered object is as transparent as its mask`() throws {
        var mask = Mask(width: size.width, height: size.height, repeating: 0)
        for y in 0..<size.height { for x in 8..<88 { mask[x, y] = min(1, Float(x - 8) / 24, Float(88 - x) / 10) } }
        let blend = try blended(mask).blend
        for y in 0..<size.height {
            for x in 0..<size.width { #expect(abs(blend[x, y].x - mask[x, y]) < 0.1, "at \(x), \(y)") }
        }
    }

    @Test func `a hard edge is blended by the blur of the mask, and beyond it the painting stays to the bit`() throws {
        let mask = Mask.box(30..<66, 20..<60, in: size)
        let (composition, blend) = try blended(mask)
        let whole = mask.blurred(size: 7, sigma: 1.5), crop = composition.crop
        #expect(composition.blendMask == crop.part(of: whole))
        for y in 0..<size.height {
            for x in 0..<size.width where whole[x, y] == 0 { #expect(blend[x, y] == SIMD3(0, 0.25, 1)) }
        }
    }
}

extension Image {
    fileprivate init(size: Size, color: SIMD3<Float>) {
        self.init(
            width: size.width, height: size.height,
            values: (0..<size.pixelCount).flatMap { _ in [color.x, color.y, color.z] })
    }
}
