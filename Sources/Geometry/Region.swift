/// A rectangle of pixels of a picture or feature map; it may reach beyond the map's edges.
///
///     let box = Region(origin: Point(x: 40, y: 60), size: Size(width: 64, height: 48))
///     box.columns  // 40..<104
public struct Region: Hashable, Codable, Sendable {
    /// The half-open ranges of columns and rows.
    public var columns, rows: Range<Int>

    /// The rectangle of `columns` and `rows`.
    public init(columns: Range<Int>, rows: Range<Int>) {
        self.columns = columns
        self.rows = rows
    }

    /// The rectangle of `size` with its top-left pixel at `origin`.
    public init(origin: Point, size: Size) {
        self.init(columns: origin.x..<origin.x + size.width, rows: origin.y..<origin.y + size.height)
    }

    /// The rectangle that covers a whole frame.
    public static func whole(of frame: Size) -> Region { Region(origin: Point(x: 0, y: 0), size: frame) }

    /// The number of columns and rows.
    public var size: Size { Size(width: columns.count, height: rows.count) }

    /// The top-left pixel.
    public var origin: Point { Point(x: columns.lowerBound, y: rows.lowerBound) }

    /// Whether `other` lies inside.
    package func contains(_ other: Region) -> Bool {
        columns.lowerBound <= other.columns.lowerBound && other.columns.upperBound <= columns.upperBound
            && rows.lowerBound <= other.rows.lowerBound && other.rows.upperBound <= rows.upperBound
    }

    /// Translated by `offset`.
    package func moved(by offset: Point) -> Region {
        Region(origin: Point(x: origin.x + offset.x, y: origin.y + offset.y), size: size)
    }

    /// The same rectangle in coordinates relative to `origin`.
    package func seen(from origin: Point) -> Region { moved(by: Point(x: -origin.x, y: -origin.y)) }

    /// The bounding box of both.
    package func union(_ other: Region) -> Region {
        func union(_ a: Range<Int>, _ b: Range<Int>) -> Range<Int> {
            min(a.lowerBound, b.lowerBound)..<max(a.upperBound, b.upperBound)
        }
        return Region(columns: union(columns, other.columns), rows: union(rows, other.rows))
    }

    /// The intersection with `frame`.
    package func clamped(to frame: Region) -> Region {
        Region(columns: columns.clamped(to: frame.columns), rows: rows.clamped(to: frame.rows))
    }

    /// Expanded by `margin` on each side.
    package func grown(by margin: Int) -> Region {
        Region(
            columns: columns.lowerBound - margin..<columns.upperBound + margin,
            rows: rows.lowerBound - margin..<rows.upperBound + margin)
    }

    /// Expanded by `margin` on each side and clipped to `frame`.
    package func grown(by margin: Int, within frame: Region) -> Region { grown(by: margin).clamped(to: frame) }

    /// Expanded to the grid of `count` 2×2 poolings: to multiples of 2^`count`, or the frame's last column and row.
    package func aligned(to count: Int, within frame: Region) -> Region {
        let step = 1 << count
        func aligned(_ range: Range<Int>, _ limit: Int) -> Range<Int> {
            range.lowerBound / step * step..<min((range.upperBound + step - 1) / step * step, limit)
        }
        return Region(
            columns: aligned(columns, frame.columns.upperBound), rows: aligned(rows, frame.rows.upperBound))
    }

    /// After `count` 2×2 poolings, each of which drops an odd last column and row.
    package func halved(_ count: Int = 1) -> Region {
        func halved(_ range: Range<Int>) -> Range<Int> { range.lowerBound >> count..<range.upperBound >> count }
        return Region(columns: halved(columns), rows: halved(rows))
    }
}
