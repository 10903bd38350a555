package import Tensors

/// Finds, for positions of one feature map, the most similar 3×3 patches of another.
package enum PatchMatching {
    /// Columns of similarities, and queries, that are worked on at a time: what bounds the memory.
    private static let styleColumns = 1536, queriesPerPart = 256

    /// For each of `queries` (flat indices into `a`), the index into `b` whose 3×3×C patch (zeros around) has the
    /// highest cosine similarity; ties go to the lowest index. `a` and `b` are H×W×C of one shape.
    ///
    /// The product of two patches is the sum of nine products of positions, and neighbouring patches share them: one
    /// matrix product over C, not 9·C, then nine shifted rows are added. Cost: |queries|·H·W·(C + 9) or so.
    package static func match(_ a: Tensor, _ b: Tensor, queries: [Int]) -> MatchField {
        precondition(a.shape == b.shape && a.shape.count == 3, "cannot match \(a.shape) against \(b.shape)")
        let (h, w) = (a.shape[0], a.shape[1])
        let parts = stride(from: 0, to: queries.count, by: queriesPerPart).map {
            QueryPart(of: a, queries, $0..<min(queries.count, $0 + queriesPerPart))
        }
        let inverseNorms = inversePatchNorms(b)
        let band = max(1, styleColumns / (w + 2))
        var best = [(index: Int, similarity: Float)](repeating: (0, -.infinity), count: queries.count)
        best.withUnsafeMutableBufferPointer { best in
            for first in stride(from: 0, to: h, by: band) {
                let rows = first..<min(h, first + band)
                let style = StyleBand(of: b, rows: rows)
                inverseNorms.read { norms in parallelFor(parts.count) { parts[$0].improve(best, with: style, norms) } }
            }
        }
        var field = MatchField(width: w, height: h)
        for (query, match) in zip(queries, best) { field.matches[query] = match.index }
        return field
    }

    /// 1 / (‖patch‖ + 10⁻¹⁵) for the 3×3×C patch around each position.
    private static func inversePatchNorms(_ features: Tensor) -> Tensor {
        let (h, w, c) = (features.shape[0], features.shape[1], features.shape[2])
        let squares = features.read { values in
            (0..<h * w).map { position in
                var sum: Float = 0
                for i in position * c..<(position + 1) * c { sum += values[i] * values[i] }
                return sum
            }
        }
        let inverse = (0..<h * w).map { position in
            let (x, y) = (position % w, position / w)
            var sum: Float = 0
            for v in max(0, y - 1)...min(h - 1, y + 1) {
                for u in max(0, x - 1)...min(w - 1, x + 1) { sum += squares[v * w + u] }
            }
            return 1 / (sum.squareRoot() + 1e-15)
        }
        return Tensor(shape: [h, w], values: inverse)
    }
}

/// Rows of the style map with a row above and below and a column on each side, zeros outside the map: then the column
/// of a shifted position is a constant away.
private struct StyleBand {
    /// The rows whose patches are compared.
    let rows: Range<Int>
    /// The map's width, and that with the columns around.
    let width, stride: Int
    /// One row of C features for each position.
    let features: Tensor

    init(of map: Tensor, rows: Range<Int>) {
        self.rows = rows
        width = map.shape[1]
        stride = width + 2
        let (h, w, c) = (map.shape[0], map.shape[1], map.shape[2])
        let stride = stride
        features = Tensor(shape: [(rows.count + 2) * stride, c]) { out in
            map.read { source in
                for (i, y) in (rows.lowerBound - 1...rows.upperBound).enumerated() {
                    let line = out + i * stride * c
                    line.update(repeating: 0, count: stride * c)
                    if y >= 0, y < h { (line + c).update(from: source + y * w * c, count: w * c) }
                }
            }
        }
    }
}

/// Some of the queries, with the features of all positions in their patches.
private struct QueryPart {
    private let range: Range<Int>
    /// The features of the positions, n×C.
    private let features: Tensor
    /// For each query and each of its nine neighbours, in raster order, the row of `features`; -1 outside the map.
    private let neighbours: [Int32]

    init(of map: Tensor, _ queries: [Int], _ range: Range<Int>) {
        let (h, w) = (map.shape[0], map.shape[1])
        self.range = range
        var rows: [Int: Int32] = [:]
        var positions: [Int] = []
        var neighbours: [Int32] = []
        for query in queries[range] {
            for y in query / w - 1...query / w + 1 {
                for x in query % w - 1...query % w + 1 {
                    guard y >= 0, y < h, x >= 0, x < w else {
                        neighbours.append(-1)
                        continue
                    }
                    let position = y * w + x
                    let row = rows[position] ?? Int32(positions.count)
                    if row == positions.count {
                        rows[position] = row
                        positions.append(position)
                    }
                    neighbours.append(row)
                }
            }
        }
        self.neighbours = neighbours
        features = map.rows(positions)
    }

    /// Replaces the best match so far of each query by a better one in the band.
    func improve(
        _ best: UnsafeMutableBufferPointer<(index: Int, similarity: Float)>, with style: StyleBand,
        _ norms: UnsafePointer<Float>
    ) {
        let (n, c, columns) = (features.shape[0], features.shape[1], style.features.shape[0])
        let products = Tensor(shape: [n, columns]) { out in
            features.read { a in
                style.features.read { b in
                    BLAS.multiply(
                        .init(a, stride: c), .init(b, stride: c, transposed: true), into: out, stride: columns, rows: n,
                        columns: columns, inner: c)
                }
            }
        }
        var line = Tensor(shape: [style.width], repeating: 0)
        products.read { products in
            line.write { line in
                for (i, query) in range.enumerated() {
                    for (j, y) in style.rows.enumerated() {
                        let terms = (0..<9).compactMap { k -> UnsafePointer<Float>? in
                            let row = neighbours[9 * i + k]
                            return row < 0 ? nil : products + Int(row) * columns + (j + k / 3) * style.stride + k % 3
                        }
                        Kernels.scaledSum(of: terms, scale: norms + y * style.width, into: line, count: style.width)
                        for x in 0..<style.width where line[x] > best[query].similarity {
                            best[query] = (y * style.width + x, line[x])
                        }
                    }
                }
            }
        }
    }
}
