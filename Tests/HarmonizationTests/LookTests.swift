import Foundation
import Harmonization
@testable import Imaging
import TestSupport
import Testing

@Suite struct LookTests {
    private let painting = Image.noise(Size(width: 408, height: 204), seed: 1)
    private let object = Image.noise(Size(width: 60, height: 50), seed: 2)
    private let mask = Mask(width: 60, height: 50, repeating: 1)

    private func look(_ placement: Placement, longSide: Int = 102) throws -> HarmonizedPainting {
        try Harmonizer(network: Scene.shared.network).look(
            painting, object: object, mask: mask, placement, longSide: longSide)
    }

    @Test func `a look is the painting at a small size with the object in its place, after no pass`() throws {
        let look = try look(Placement(at: Point(x: 160, y: 80), scale: 2))
        #expect(look.passes.isEmpty && !look.isCancelled)
        #expect(look.stage2.size == Size(width: 102, height: 51))
        // A quarter of the place and of twice the size, and what the mask's blur adds.
        let region = Region(origin: look.stage2Overlay.origin, size: look.stage2Overlay.image.size)
        #expect(region.contains(Region(columns: 41..<69, rows: 21..<44)))
        #expect(Region(columns: 36..<74, rows: 16..<49).contains(region))
        #expect(look.stage2 != look.stage1)
    }

    @Test func `a look of a painting that is small anyway has its size`() throws {
        #expect(try look(Placement(), longSide: 1000).stage2.size == painting.size)
    }

    @Test func `an object outside of the painting is refused`() {
        #expect(throws: PlacementError.self) { try look(Placement(at: Point(x: 4000, y: 0))) }
    }
}
