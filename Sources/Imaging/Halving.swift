internal import Compute
internal import Geometry

// Pictures and masks at half the size: each pixel is the mean of 2×2. An odd last column and row are dropped, as pooling
// drops them.

extension Image {
    /// The picture at half the size; it has at least two columns and rows.
    package var halved: Image {
        Image(width: width / 2, height: height / 2, values: means(of: values, size, channels: 3))
    }
}

extension Mask {
    /// The mask at half the size; it has at least two columns and rows.
    package var halved: Mask {
        Mask(width: width / 2, height: height / 2, values: means(of: values, size, channels: 1))
    }
}

extension PlacedObject {
    /// The object in the frame at half the size; nil where nothing of one of its masks is left, or of the frame.
    ///
    /// Colours are means weighted by the mask, so that those from outside the mask do not come in. A loose mask that was
    /// given is the pixels of which any part lay in it.
    package var halved: PlacedObject? {
        let half = frame.halved
        guard half.pixelCount > 0, origin.x / 2 < half.width, origin.y / 2 < half.height else { return nil }
        // Whole squares of 2×2 pixels of the frame, without those that halving the frame drops.
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

/// Means of 2×2 values; an odd last column and row are dropped.
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
