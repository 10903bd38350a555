package import Imaging
internal import NeuralNet
package import Tensors

/// Exhaustive search for the 3×3 patches of a feature map with the highest cosine similarity to those around given
/// positions of another; the searched map is streamed in bands of rows.
///
/// The inner product of two patches is the sum of nine products of positions, which neighbouring patches share: a
/// matrix product over C instead of 9·C, and nine shifted additions. O(|queries|·H·W·(C + 9)). Both maps are processed
/// in tiles whose products stay in the second-level cache.
package struct CosinePatchSearch {
    /// The size of the searched map.
    private let size: Size
    private let query: Tensor
    private let blocks: [QueryBlock]
    private var best: [Match]
    /// The features at the best match of each query, n×C.
    private var style: Tensor
    /// The last two rows of the bands so far (fewer at the start), and the number of rows so far.
    private var kept: Tensor?
    private var rowsSeen = 0

    /// The rows and columns of a tile of the searched map, and the side of a block of queries.
    private static let tileRows = 10, tileColumns = 64, blockSide = 16

    /// The best match of a query so far.
    fileprivate struct Match {
        var index = 0
        var similarity = -Float.infinity
    }

    /// A search for the patches of `map` (H×W×C) around `queries` (flat indices into it), in a map of `size`.
    package init(_ map: Tensor, queries: [Int], in size: Size) {
        query = map
        self.size = size
        let width = map.shape[1]
        // Queries that lie close together share positions.
        let blocks = Dictionary(grouping: queries.indices) { i -> [Int] in
            [queries[i] / width / Self.blockSide, queries[i] % width / Self.blockSide]
        }
        self.blocks = blocks.sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { QueryBlock(of: map, queries, $0.value) }
        best = Array(repeating: Match(), count: queries.count)
        style = Tensor(shape: [queries.count, map.shape[2]], repeating: 0)
    }

    /// The match of each query: the flat index into the searched map whose 3×3×C patch (zero padding) has the highest
    /// cosine similarity, the lowest index among equals; and the features there, n×C. Requires that all rows were
    /// added.
    package var result: (matches: [Int], features: Tensor) {
        precondition(rowsSeen == size.height, "\(rowsSeen) of \(size.height) rows have come")
        return (best.map(\.index), style)
    }

    /// Searches the next rows of the searched map, n×W×C.
    package mutating func add(_ band: Tensor) {
        precondition(
            band.shape == [band.shape[0], size.width, query.shape[2]] && rowsSeen + band.shape[0] <= size.height,
            "rows of \(band.shape) for a map of \(size) with \(query.shape[2]) channels")
        // A patch needs the rows above and below; the map is padded with zeros.
        let above = kept?.shape[0] ?? 1, firstRow = rowsSeen - above
        rowsSeen += band.shape[0]
        let rows = -above..<band.shape[0] + (rowsSeen == size.height ? 1 : 0)
        var block = Region(columns: 0..<size.width, rows: rows).part(of: band)
        if let kept { block.write { out in kept.read { out.update(from: $0, count: kept.count) } } }
        kept = Region(columns: 0..<size.width, rows: max(0, rows.count - 2)..<rows.count).part(of: block)
        guard rows.count > 2 else { return }
        let norms = Self.inversePatchNorms(block)
        for row in stride(from: 1, to: rows.count - 1, by: Self.tileRows) {
            for column in stride(from: 0, to: size.width, by: Self.tileColumns) {
                let tile = StyleTile(
                    of: block, norms,
                    Region(
                        columns: column..<min(size.width, column + Self.tileColumns),
                        rows: row..<min(rows.count - 1, row + Self.tileRows)),
                    firstRow: firstRow)
                best.withUnsafeMutableBufferPointer { best in
                    style.write { style in
                        nonisolated(unsafe) let best = best
                        parallelFor(blocks.count) { blocks[$0].improve(best, style, query, with: tile) }
                    }
                }
            }
        }
    }

    /// 1 / (‖patch‖ + 10⁻¹⁵) of the 3×3×C patch around each position of a block, except in its first and last row.
    private static func inversePatchNorms(_ features: Tensor) -> Tensor {
        let (h, w, c) = (features.shape[0], features.shape[1], features.shape[2])
        let squares = Tensor(shape: [h, w]) { out in
            features.read { values in
                parallelFor(h) { y in
                    for position in y * w..<(y + 1) * w {
                        var sum: Float = 0
                        for i in position * c..<(position + 1) * c { sum += values[i] * values[i] }
                        out[position] = sum
                    }
                }
            }
        }
        return Tensor(shape: [h - 2, w]) { out in
            squares.read { squares in
                for y in 1..<h - 1 {
                    for x in 0..<w {
                        var sum: Float = 0
                        for v in y - 1...y + 1 {
                            for u in max(0, x - 1)...min(w - 1, x + 1) { sum += squares[v * w + u] }
                        }
                        out[(y - 1) * w + x] = 1 / (sum.squareRoot() + 1e-15)
                    }
                }
            }
        }
    }

    /// The matches of `queries` (flat indices into `a`) in `b`, both H×W×C and of the same shape.
    package static func match(_ a: Tensor, _ b: Tensor, queries: [Int]) -> FeatureNearestNeighborField {
        precondition(a.shape == b.shape && a.shape.count == 3, "cannot match \(a.shape) against \(b.shape)")
        var matching = CosinePatchSearch(a, queries: queries, in: Size(width: a.shape[1], height: a.shape[0]))
        matching.add(b)
        var field = FeatureNearestNeighborField(width: a.shape[1], height: a.shape[0])
        for (query, match) in zip(queries, matching.result.matches) { field.matches[query] = match }
        return field
    }
}

/// A tile of the searched map with a border of one position (zeros outside the map), so that the nine shifts of a patch
/// are constant offsets.
private struct StyleTile {
    /// The flat index of the tile's first position in the whole map, and that map's width.
    let first, mapWidth: Int
    /// The rows and columns whose patches are compared.
    let rows, columns: Int
    /// One row of C features for each position, border included; and its transpose, the right factor of the product.
    let features: Tensor, transpose: ColumnPanels
    /// The inverse norm of each patch, rows×columns.
    let inverseNorms: Tensor
    /// Made outside of the loop over the queries.
    let kernels = Kernels()

    /// The offset between rows.
    var stride: Int { columns + 2 }

    /// The part `region` of a block of rows whose first is the map's row `firstRow`; `norms` begin one row later.
    init(of block: Tensor, _ norms: Tensor, _ region: Region, firstRow: Int) {
        mapWidth = block.shape[1]
        first = (firstRow + region.rows.lowerBound) * mapWidth + region.columns.lowerBound
        (rows, columns) = (region.rows.count, region.columns.count)
        let around = region.grown(by: 1).part(of: block)
        features = around.reshaped([around.shape[0] * around.shape[1], around.shape[2]])
        transpose = ColumnPanels(transposing: features)
        let normed = Region(
            columns: region.columns, rows: region.rows.lowerBound - 1..<region.rows.upperBound - 1)
        inverseNorms = normed.part(of: norms.reshaped(norms.shape + [1]))
    }
}

/// A block of neighbouring queries, whose patches share positions.
private struct QueryBlock {
    /// Indices into the queries.
    private let queries: [Int]
    /// The positions that the patches cover, each once.
    private let positions: [Int]
    /// For each query and each position of its patch, in raster order, the index into `positions`; -1 outside the map.
    private let neighbours: [Int32]

    init(of map: Tensor, _ all: [Int], _ queries: [Int]) {
        let (h, w) = (map.shape[0], map.shape[1])
        self.queries = queries
        var places: [Int: Int32] = [:]
        var positions: [Int] = []
        var neighbours: [Int32] = []
        for query in queries.map({ all[$0] }) {
            for y in query / w - 1...query / w + 1 {
                for x in query % w - 1...query % w + 1 {
                    guard y >= 0, y < h, x >= 0, x < w else {
                        neighbours.append(-1)
                        continue
                    }
                    let position = y * w + x
                    let place = places[position] ?? Int32(positions.count)
                    if place == positions.count {
                        places[position] = place
                        positions.append(position)
                    }
                    neighbours.append(place)
                }
            }
        }
        self.positions = positions
        self.neighbours = neighbours
    }

    /// Updates the best match of each query, and the features there, where the tile has a better one.
    func improve(
        _ best: UnsafeMutableBufferPointer<CosinePatchSearch.Match>, _ style: UnsafeMutablePointer<Float>,
        _ map: Tensor,
        with tile: StyleTile
    ) {
        let features = map.rows(positions)
        let (n, c, columns) = (positions.count, features.shape[1], tile.features.shape[0])
        let products = Tensor(shape: [n, columns]) { out in
            features.read { tile.transpose.multiply($0, rows: n, into: out) }
        }
        products.read { products in
            tile.inverseNorms.read { norms in
                for (i, query) in queries.enumerated() {
                    let terms = (0..<9).compactMap { k -> UnsafePointer<Float>? in
                        let place = neighbours[9 * i + k]
                        return place < 0 ? nil : products + Int(place) * columns + k / 3 * tile.stride + k % 3
                    }
                    let (similarity, place) = tile.kernels.largestSum(
                        of: terms, stride: tile.stride, scale: norms, scaleStride: tile.columns, rows: tile.rows,
                        width: tile.columns)
                    let (y, x) = (place / tile.columns, place % tile.columns)
                    let index = tile.first + y * tile.mapWidth + x
                    // Neighbouring tiles are not in the order of the flat indices.
                    guard
                        similarity > best[query].similarity
                            || similarity == best[query].similarity && index < best[query].index
                    else { continue }
                    best[query] = CosinePatchSearch.Match(index: index, similarity: similarity)
                    tile.features.read {
                        (style + query * c).update(from: $0 + ((y + 1) * tile.stride + x + 1) * c, count: c)
                    }
                }
            }
        }
    }
}
