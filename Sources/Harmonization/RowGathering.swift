package import Imaging
package import Tensors

/// Gathers the features at given positions (n×C) of a feature map that is streamed in bands of rows.
package struct RowGathering {
    /// The features, in the order of the positions.
    package private(set) var rows: Tensor

    private let positions: [Int]
    /// The indices into `positions` in ascending order of position, and the number of those gathered so far.
    private let order: [Int]
    private var gathered = 0

    /// A gathering at `positions` (flat indices y·W + x) of a map of C = `channels`.
    package init(_ positions: [Int], channels: Int) {
        self.positions = positions
        order = positions.indices.sorted { positions[$0] < positions[$1] }
        rows = Tensor(shape: [positions.count, channels], repeating: 0)
    }

    /// A gathering at the positions of a map of `size` up to `radius` rows and columns away from `centres` (flat
    /// indices), each once and in ascending order.
    package init(around centres: [Int], radius: Int, in size: Size, channels: Int) {
        self.init(Self.positions(around: centres, radius, in: size), channels: channels)
    }

    private static func positions(around centres: [Int], _ radius: Int, in size: Size) -> [Int] {
        var isNear = [Bool](repeating: false, count: size.width * size.height)
        for centre in centres {
            let (y, x) = (centre / size.width, centre % size.width)
            for v in max(0, y - radius)...min(size.height - 1, y + radius) {
                for u in max(0, x - radius)...min(size.width - 1, x + radius) { isNear[v * size.width + u] = true }
            }
        }
        return isNear.indices.filter { isNear[$0] }
    }

    /// Gathers from the rows of the map from `first` on, n×W×C. Bands have to be added from top to bottom.
    package mutating func add(_ band: Tensor, first: Int) {
        let (width, channels) = (band.shape[1], band.shape[2])
        precondition(channels == rows.shape[1], "expected \(rows.shape[1]) channels, got \(band.shape)")
        let positions = positions, start = first * width, end = start + band.shape[0] * width
        let here = order[gathered...].prefix { positions[$0] < end }
        gathered = here.endIndex
        rows.write { out in
            band.read { source in
                parallelFor(here.count, inPartsOf: 1024) { part in
                    for place in here[here.startIndex + part.lowerBound..<here.startIndex + part.upperBound] {
                        (out + place * channels).update(
                            from: source + (positions[place] - start) * channels, count: channels)
                    }
                }
            }
        }
    }

    /// For each position of a map of `size`, its row in ``rows``; −1 where none was gathered.
    func index(in size: Size) -> [Int32] {
        var index = [Int32](repeating: -1, count: size.width * size.height)
        for (row, position) in positions.enumerated() { index[position] = Int32(row) }
        return index
    }

    /// The 3×3 patches around `centres` (flat indices into a map of `size`), all of them gathered: their features, each
    /// once (m×C), and for each patch and each of its positions, in raster order, the index of its features; −1 outside
    /// the map.
    package func patches(around centres: [Int], in size: Size) -> (features: Tensor, rows: [Int32]) {
        let kept = Self.positions(around: centres, 1, in: size), index = index(in: size)
        let features = rows.rows(kept.map { Int(index[$0]) })
        var places = index
        for (row, position) in kept.enumerated() { places[position] = Int32(row) }
        let patches = centres.flatMap { centre in
            (-1...1).flatMap { dy in
                (-1...1).map { dx -> Int32 in
                    let (y, x) = (centre / size.width + dy, centre % size.width + dx)
                    return y >= 0 && y < size.height && x >= 0 && x < size.width ? places[y * size.width + x] : -1
                }
            }
        }
        return (features, patches)
    }
}
