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
        let half = Size(width: frame.width / 2, height: frame.height / 2)
        // Whole squares of the frame, cut where it drops a column or row.
        func squares(_ start: Int, _ count: Int, _ limit: Int) -> Range<Int> {
            start / 2..<min((start + count + 1) / 2, limit)
        }
        guard half.width > 0, half.height > 0, origin.x / 2 < half.width, origin.y / 2 < half.height else { return nil }
        let columns = squares(origin.x, image.width, half.width), rows = squares(origin.y, image.height, half.height)
        let (across, down) = (
            columns.lowerBound * 2 - origin.x..<columns.upperBound * 2 - origin.x,
            rows.lowerBound * 2 - origin.y..<rows.upperBound * 2 - origin.y
        )
        let (tight, full) = (mask.part(columns: across, rows: down), image.part(columns: across, rows: down))
        let black = Image(
            width: full.width, height: full.height, values: [Float](repeating: 0, count: full.values.count))
        var colours = black.composited(with: full, mask: tight).halved
        let coverage = tight.halved
        for i in coverage.values.indices where coverage.values[i] > 0 {
            for c in 3 * i..<3 * i + 3 { colours.values[c] = min(colours.values[c] / coverage.values[i], 1) }
        }
        let loose = looseMask?.part(columns: across, rows: down).halved.thresholded(at: 0)
        guard !coverage.isEmpty, loose?.isEmpty != true else { return nil }
        // What reached furthest may have been dropped.
        let both = zip(coverage.values, loose?.values ?? coverage.values).map { max($0, $1) }
        guard let box = Mask(width: coverage.width, height: coverage.height, values: both).bounds else { return nil }
        return PlacedObject(
            frame: half,
            origin: Placement.Point(
                x: columns.lowerBound + box.columns.lowerBound, y: rows.lowerBound + box.rows.lowerBound),
            image: colours.part(columns: box.columns, rows: box.rows),
            mask: coverage.part(columns: box.columns, rows: box.rows),
            looseMask: loose?.part(columns: box.columns, rows: box.rows), maskWarning: maskWarning)
    }
}

private func means(of values: [Float], _ size: Size, channels: Int) -> [Float] {
    let (width, height) = (size.width / 2, size.height / 2)
    let line = size.width * channels
    return [Float](unsafeUninitializedCapacity: width * height * channels) { out, count in
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<channels {
                    let i = 2 * y * line + 2 * x * channels + c
                    let sum = values[i] + values[i + channels] + values[i + line] + values[i + line + channels]
                    out[(y * width + x) * channels + c] = sum / 4
                }
            }
        }
        count = width * height * channels
    }
}
