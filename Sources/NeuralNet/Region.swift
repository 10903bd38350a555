package import Tensors

/// A rectangle of columns and rows of a picture or feature map.
package struct Region: Equatable, Sendable {
    /// The columns and rows; may reach beyond the map's edges.
    package var columns, rows: Range<Int>

    /// The rectangle of `columns` and `rows`.
    package init(columns: Range<Int>, rows: Range<Int>) {
        self.columns = columns
        self.rows = rows
    }

    /// All of an H×W×C map.
    package static func whole(of map: Tensor) -> Region {
        Region(columns: 0..<map.shape[1], rows: 0..<map.shape[0])
    }

    /// With `margin` more columns and rows on each side.
    package func grown(by margin: Int) -> Region {
        Region(
            columns: columns.lowerBound - margin..<columns.upperBound + margin,
            rows: rows.lowerBound - margin..<rows.upperBound + margin)
    }

    /// With `margin` more columns and rows on each side, as far as they lie in `frame`.
    package func grown(by margin: Int, within frame: Region) -> Region {
        let grown = grown(by: margin)
        return Region(
            columns: grown.columns.clamped(to: frame.columns), rows: grown.rows.clamped(to: frame.rows))
    }

    /// Grown so that 2×2 pooling cuts it on the grid: to even bounds, or an odd last one that is the frame's own.
    package func evened(within frame: Region) -> Region {
        func evened(_ range: Range<Int>, _ limit: Int) -> Range<Int> {
            range.lowerBound / 2 * 2..<min((range.upperBound + 1) / 2 * 2, limit)
        }
        return Region(
            columns: evened(columns, frame.columns.upperBound), rows: evened(rows, frame.rows.upperBound))
    }

    /// After 2×2 pooling, which drops an odd last column and row.
    package var halved: Region {
        func halved(_ range: Range<Int>) -> Range<Int> { range.lowerBound / 2..<range.upperBound / 2 }
        return Region(columns: halved(columns), rows: halved(rows))
    }

    /// This part of an H×W×C map; zeros where it reaches beyond.
    package func part(of map: Tensor) -> Tensor {
        let (h, w, c) = (map.shape[0], map.shape[1], map.shape[2])
        let inside = columns.clamped(to: 0..<w)
        return Tensor(shape: [rows.count, columns.count, c]) { out in
            map.read { source in
                parallelFor(rows.count) { i in
                    let y = rows.lowerBound + i
                    let line = out + i * columns.count * c
                    if !(0..<h).contains(y) || inside.count < columns.count {
                        line.update(repeating: 0, count: columns.count * c)
                    }
                    guard (0..<h).contains(y), !inside.isEmpty else { return }
                    (line + (inside.lowerBound - columns.lowerBound) * c).update(
                        from: source + (y * w + inside.lowerBound) * c, count: inside.count * c)
                }
            }
        }
    }
}
