// Boxes cut out of pictures and masks, by their columns and rows.

extension Mask {
    /// The columns and rows of the smallest box that holds every value above 0; nil where there is none.
    package var bounds: (columns: Range<Int>, rows: Range<Int>)? {
        var (left, right) = (width, -1)
        func reach(_ row: Int) -> (first: Int, last: Int)? {
            let line = values[row * width..<(row + 1) * width]
            guard let first = line.firstIndex(where: { $0 > 0 }), let last = line.lastIndex(where: { $0 > 0 }) else {
                return nil
            }
            return (first - line.startIndex, last - line.startIndex)
        }
        var rows: Range<Int>?
        for row in 0..<height {
            guard let (first, last) = reach(row) else { continue }
            (left, right) = (min(left, first), max(right, last))
            rows = (rows?.lowerBound ?? row)..<row + 1
        }
        return rows.map { (left..<right + 1, $0) }
    }

    /// The part in `columns` and `rows`, which may reach beyond the mask: 0 there.
    package func part(columns: Range<Int>, rows: Range<Int>) -> Mask {
        Mask(
            width: columns.count, height: rows.count,
            values: Imaging.part(of: values, size, channels: 1, columns, rows))
    }
}

extension Image {
    /// The part in `columns` and `rows`, which may reach beyond the picture: black there.
    package func part(columns: Range<Int>, rows: Range<Int>) -> Image {
        Image(
            width: columns.count, height: rows.count,
            values: Imaging.part(of: values, size, channels: 3, columns, rows))
    }
}

private func part(of values: [Float], _ size: Size, channels: Int, _ columns: Range<Int>, _ rows: Range<Int>)
    -> [Float]
{
    let inside = columns.clamped(to: 0..<size.width)
    var result = [Float](repeating: 0, count: columns.count * rows.count * channels)
    guard !inside.isEmpty else { return result }
    for row in rows.clamped(to: 0..<size.height) {
        let from = (row * size.width + inside.lowerBound) * channels
        let to = ((row - rows.lowerBound) * columns.count + inside.lowerBound - columns.lowerBound) * channels
        for i in 0..<inside.count * channels { result[to + i] = values[from + i] }
    }
    return result
}
