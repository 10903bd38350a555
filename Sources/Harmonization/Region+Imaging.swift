package import Imaging
package import NeuralNet

/// Parts of pictures and masks.
extension Region {
    /// The smallest region that holds every value above 0; all of the mask where there is none.
    package init(bounding mask: Mask) {
        self = mask.bounds.map { Region(columns: $0.columns, rows: $0.rows) } ?? .whole(of: mask.size)
    }

    /// All of a frame.
    package static func whole(of frame: Size) -> Region {
        Region(columns: 0..<frame.width, rows: 0..<frame.height)
    }

    /// The columns and rows, counted.
    package var size: Size { Size(width: columns.count, height: rows.count) }

    /// The top-left position.
    package var origin: Placement.Point { Placement.Point(x: columns.lowerBound, y: rows.lowerBound) }

    /// Moved to the right and down.
    package func moved(by offset: Placement.Point) -> Region {
        Region(
            columns: columns.lowerBound + offset.x..<columns.upperBound + offset.x,
            rows: rows.lowerBound + offset.y..<rows.upperBound + offset.y)
    }

    /// The same part, its positions counted from `origin`.
    package func seen(from origin: Placement.Point) -> Region {
        moved(by: Placement.Point(x: -origin.x, y: -origin.y))
    }

    /// Grown so that `count` poolings cut it on the grid: to multiples of 2^`count`, or the frame's own last ones.
    package func aligned(to count: Int, within frame: Region) -> Region {
        let step = 1 << count
        func aligned(_ range: Range<Int>, _ limit: Int) -> Range<Int> {
            range.lowerBound / step * step..<min((range.upperBound + step - 1) / step * step, limit)
        }
        return Region(
            columns: aligned(columns, frame.columns.upperBound), rows: aligned(rows, frame.rows.upperBound))
    }

    /// After `count` 2×2 poolings.
    package func halved(_ count: Int) -> Region { (0..<count).reduce(self) { region, _ in region.halved } }

    /// This part of a mask; 0 where it reaches beyond.
    package func part(of mask: Mask) -> Mask { mask.part(columns: columns, rows: rows) }

    /// This part of a picture; black where it reaches beyond.
    package func part(of image: Image) -> Image { image.part(columns: columns, rows: rows) }
}
