// Boxes cut out of pictures and masks.

extension Region {
    /// The smallest region that holds every value above 0; all of the mask where there is none.
    package init(bounding mask: Mask) { self = mask.bounds ?? .whole(of: mask.size) }

    /// This part of a mask; 0 where it reaches beyond.
    package func part(of mask: Mask) -> Mask {
        Mask(
            width: columns.count, height: rows.count,
            values: mask.values.part(self, of: mask.size, channels: 1))
    }

    /// This part of a picture; black where it reaches beyond.
    package func part(of image: Image) -> Image {
        Image(
            width: columns.count, height: rows.count,
            values: image.values.part(self, of: image.size, channels: 3))
    }
}

extension Mask {
    /// The smallest region that holds every value above 0; nil where there is none.
    package var bounds: Region? {
        var (left, right) = (width, -1)
        var rows: Range<Int>?
        values.read { values in
            for row in 0..<height {
                let line = values + row * width
                guard let first = (0..<width).first(where: { line[$0] > 0 }),
                    let last = (0..<width).last(where: { line[$0] > 0 })
                else { continue }
                (left, right) = (min(left, first), max(right, last))
                rows = (rows?.lowerBound ?? row)..<row + 1
            }
        }
        return rows.map { Region(columns: left..<right + 1, rows: $0) }
    }
}
