internal import Harmonization
internal import Imaging

/// Pictures side by side.
enum Comparison {
    /// Pixels of the painting that are shown around the object, and white ones between two pictures.
    private static let margin = 32, gap = 8

    /// The object as it was pasted, stage 1 and stage 2, in the part of the painting around the object.
    static func sideBySide(_ object: PlacedObject, _ result: HarmonizedPainting) -> Image {
        let (width, height) = (result.painting.width, result.painting.height)
        let columns = max(0, object.origin.x - margin)..<min(width, object.origin.x + object.image.width + margin)
        let rows = max(0, object.origin.y - margin)..<min(height, object.origin.y + object.image.height + margin)
        let painting = result.painting.part(columns: columns, rows: rows)
        let under = result.painting.part(
            columns: object.origin.x..<object.origin.x + object.image.width,
            rows: object.origin.y..<object.origin.y + object.image.height)
        let pasted = Patch(under.composited(with: object.image, mask: object.mask), at: object.origin)
        // The stages differ from the painting where the blurred mask reaches: well within the margin.
        let pictures = [pasted, result.firstPatch, result.secondPatch].map { patch in
            let (x, y) = (patch.origin.x - columns.lowerBound, patch.origin.y - rows.lowerBound)
            return Patch(patch.image, at: Placement.Point(x: x, y: y)).laid(into: painting)
        }
        let size = Size(width: 3 * columns.count + 2 * gap, height: rows.count)
        let white = Image(
            width: size.width, height: size.height, values: Array(repeating: 1, count: 3 * size.width * size.height))
        return pictures.enumerated().reduce(white) { board, picture in
            let left = picture.offset * (columns.count + gap)
            return Patch(picture.element, at: Placement.Point(x: left, y: 0)).laid(into: board)
        }
    }
}
