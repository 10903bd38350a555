internal import Compute
internal import Geometry

// 2×2 average pooling with stride 2 of pictures and masks. An odd last column and row are dropped.

extension Image {
    /// The picture at half the size; requires at least two columns and rows.
    package var halved: Image {
        Image(width: width / 2, height: height / 2, values: means(of: values, size, channels: 3))
    }
}

extension Mask {
    /// The mask at half the size; requires at least two columns and rows.
    package var halved: Mask {
        Mask(width: width / 2, height: height / 2, values: means(of: values, size, channels: 1))
    }
}

extension PlacedObject {
    /// The object in the frame at half the size; nil where the frame or one of the masks becomes empty.
    ///
    /// Colours are averaged with the mask as weight, so that none bleed in from outside. The given loose mask becomes 1
    /// where any of the four pixels was 1.
    package var halved: PlacedObject? {
        let half = frame.halved
        guard half.pixelCount > 0, origin.x / 2 < half.width, origin.y / 2 < half.height else { return nil }
        // The 2×2 pooling windows of the frame that overlap the object, less a dropped odd column and row.
        func squares(_ range: Range<Int>, _ limit: Int) -> Range<Int> {
            range.lowerBound / 2..<min((range.upperBound + 1) / 2, limit)
        }
        let place = Region(origin: origin, size: image.size)
        let squares = Region(columns: squares(place.columns, half.width), rows: squares(place.rows, half.height))
        let part = Region(
            origin: Point(x: 2 * squares.origin.x, y: 2 * squares.origin.y),
            size: Size(width: 2 * squares.columns.count, height: 2 * squares.rows.count)
        ).seen(from: origin)
        let (tight, full) = (part.part(of: mask), part.part(of: image))
        let black = Image(
            width: full.width, height: full.height, values: FloatBuffer(repeating: 0, count: full.values.count))
        var colours = black.composited(with: full, mask: tight).halved
        let coverage = tight.halved
        for i in coverage.values.indices where coverage.values[i] > 0 {
            for c in 3 * i..<3 * i + 3 { colours.values[c] = min(colours.values[c] / coverage.values[i], 1) }
        }
        let loose = looseMask.map { part.part(of: $0).halved.thresholded(at: 0) }
        guard let tightBox = coverage.bounds, loose == nil || loose?.bounds != nil else { return nil }
        let box = loose?.bounds.map { tightBox.union($0) } ?? tightBox
        return PlacedObject(
            frame: half, origin: box.moved(by: squares.origin).origin, image: box.part(of: colours),
            mask: box.part(of: coverage), looseMask: loose.map { box.part(of: $0) }, maskWarning: maskWarning)
    }
}

/// 2×2 average pooling with stride 2; an odd last column and row are dropped.
private func means(of values: FloatBuffer, _ size: Size, channels: Int) -> FloatBuffer {
    let half = size.halved, line = size.width * channels
    return FloatBuffer(count: half.pixelCount * channels) { out in
        values.read { values in
            parallelFor(half.height) { y in
                for x in 0..<half.width {
                    for c in 0..<channels {
                        let i = 2 * y * line + 2 * x * channels + c
                        let sum = values[i] + values[i + channels] + values[i + line] + values[i + line + channels]
                        out[(y * half.width + x) * channels + c] = sum / 4
                    }
                }
            }
        }
    }
}
