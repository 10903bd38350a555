package import Imaging
package import NeuralNet
internal import Tensors

/// Parts of pictures and masks.
extension Region {
    /// The smallest region that holds every value above 0; all of the mask where there is none.
    package init(bounding mask: Mask) {
        var (left, right, top, bottom) = (mask.width, -1, mask.height, -1)
        for i in mask.positions {
            let (x, y) = (i % mask.width, i / mask.width)
            (left, right, top, bottom) = (min(left, x), max(right, x), min(top, y), y)
        }
        self = right < 0 ? .whole(of: mask) : Region(columns: left..<right + 1, rows: top..<bottom + 1)
    }

    /// All of a mask.
    package static func whole(of mask: Mask) -> Region { Region(columns: 0..<mask.width, rows: 0..<mask.height) }

    /// This part of a mask; the region lies inside it.
    package func part(of mask: Mask) -> Mask {
        let part = part(of: Tensor(shape: [mask.height, mask.width, 1], values: mask.values))
        return Mask(width: columns.count, height: rows.count, values: part.values)
    }

    /// This part of a picture; the region lies inside it.
    package func part(of image: Image) -> Image { Image(part(of: Tensor(image))) }

    /// `image` with this part replaced by `patch`.
    package func inserting(_ patch: Image, into image: Image) -> Image {
        precondition(
            patch.width == columns.count && patch.height == rows.count, "\(patch.size) does not fill \(self)")
        var result = image
        let line = columns.count * 3
        for (i, row) in rows.enumerated() {
            let start = (row * image.width + columns.lowerBound) * 3
            result.values.replaceSubrange(start..<start + line, with: patch.values[i * line..<(i + 1) * line])
        }
        return result
    }
}
