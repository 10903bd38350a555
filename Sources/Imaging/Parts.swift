// Crops and bounding boxes of pictures and masks.

extension Region {
    /// The bounding box of the values above 0; the whole mask where there are none.
    public init(bounding mask: Mask) { self = mask.bounds ?? .whole(of: mask.size) }

    /// The crop of `mask` to this region, padded with 0 outside the mask.
    public func part(of mask: Mask) -> Mask {
        Mask(
            width: columns.count, height: rows.count,
            values: mask.values.part(self, of: mask.size, channels: 1))
    }

    /// The crop of `image` to this region, padded with black outside the image.
    public func part(of image: Image) -> Image {
        Image(
            width: columns.count, height: rows.count,
            values: image.values.part(self, of: image.size, channels: 3))
    }

    /// The crop of `picture` to this region, padded with black and transparent outside.
    package func part(of picture: Picture) -> Picture {
        Picture(
            part(of: picture.image), alpha: picture.alpha.map(part), of: picture,
            unmanaged: picture.unmanaged.map(part))
    }
}

extension Mask {
    /// The bounding box of the values above 0; nil where there are none.
    public var bounds: Region? {
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
