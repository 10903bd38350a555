package import Geometry

extension FloatBuffer {
    /// The crop to `region` of this H×W×C map of `size`, zero-padded outside the map.
    package func part(_ region: Region, of size: Size, channels: Int) -> FloatBuffer {
        precondition(
            count == size.pixelCount * channels, "\(count) values for a map of \(size) with \(channels) channels")
        let (columns, rows) = (region.columns, region.rows)
        let inside = columns.clamped(to: 0..<size.width)
        let line = columns.count * channels
        return FloatBuffer(count: rows.count * line) { out in
            read { source in
                parallelFor(rows.count, inPartsOf: (1 << 14) / Swift.max(1, line)) { part in
                    for i in part {
                        let y = rows.lowerBound + i, row = out + i * line
                        let isInside = (0..<size.height).contains(y) && !inside.isEmpty
                        if !isInside || inside.count < columns.count { row.update(repeating: 0, count: line) }
                        guard isInside else { continue }
                        (row + (inside.lowerBound - columns.lowerBound) * channels).update(
                            from: source + (y * size.width + inside.lowerBound) * channels,
                            count: inside.count * channels)
                    }
                }
            }
        }
    }

    /// Copies `part`, an H×W×C map of the region's size, into `region`, which lies inside this map of `size`.
    package mutating func replace(_ region: Region, of size: Size, channels: Int, by part: FloatBuffer) {
        precondition(
            Region.whole(of: size).contains(region) && part.count == region.size.pixelCount * channels
                && count == size.pixelCount * channels, "a part of \(region.size) at \(region.origin) in \(size)")
        let line = region.columns.count * channels
        write { out in
            part.read { part in
                for (i, y) in region.rows.enumerated() {
                    (out + (y * size.width + region.columns.lowerBound) * channels).update(
                        from: part + i * line, count: line)
                }
            }
        }
    }
}
