internal import Harmonization
internal import Imaging

/// The picture of `--compare`.
enum Comparison {
    /// The pixels of painting shown around the object, and of white between two pictures.
    private static let margin = 32, gap = 8

    /// The size of the picture of an object in a painting.
    static func size(of object: PlacedObject, in painting: Size) -> Size {
        let part = shown(Region(origin: object.origin, size: object.image.size), painting).size
        return Size(width: 3 * part.width + 2 * gap, height: part.height)
    }

    private static func shown(_ place: Region, _ painting: Size) -> Region {
        place.grown(by: margin, within: .whole(of: painting))
    }

    /// The plain composite, stage 1 and stage 2, each cropped to the object and a margin around it.
    static func sideBySide(_ object: PlacedObject, _ result: HarmonizedPainting) -> Image {
        let place = Region(origin: object.origin, size: object.image.size)
        let shown = shown(place, result.painting.size)
        let under = place.part(of: result.painting)
        let pasted = Overlay(under.composited(with: object.image, mask: object.mask), at: object.origin)
        // The stages differ from the painting where the blurred mask reaches: well within the margin.
        let width = shown.size.width, size = size(of: object, in: result.painting.size)
        var board = Image(
            width: size.width, height: size.height, values: FloatBuffer(repeating: 1, count: 3 * size.pixelCount))
        for (i, overlay) in [pasted, result.stage1Overlay, result.stage2Overlay].enumerated() {
            let picture = Overlay(overlay.image, at: overlay.region.seen(from: shown.origin).origin)
                .laid(into: shown.part(of: result.painting))
            board = Overlay(picture, at: Point(x: i * (width + gap), y: 0)).laid(into: board)
        }
        return board
    }
}
