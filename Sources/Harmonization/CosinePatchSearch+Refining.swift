package import Imaging
package import Tensors

extension CosinePatchSearch {
    /// How far a refined match may lie from its guess along each axis, by default.
    package static let refiningRadius = 2

    /// The matches of the patches of `map` (H×W×C) around `queries` near `guesses`: for each, the position up to
    /// `radius` rows and columns away from its guess whose 3×3×C patch (zero padding) has the highest cosine
    /// similarity, the lowest index among equals.
    ///
    /// Guesses and matches are flat indices into a map of `size`, of which `style` has gathered the features up to
    /// `radius` + 1 rows and columns away from each guess. O(|queries|·(2·radius + 1)²·9·C).
    package static func refined(
        _ map: Tensor, queries: [Int], near guesses: [Int], radius: Int = refiningRadius, in style: RowGathering,
        of size: Size
    ) -> [Int] {
        precondition(queries.count == guesses.count, "\(guesses.count) guesses for \(queries.count) queries")
        let (h, w, c) = (map.shape[0], map.shape[1], map.shape[2])
        let rows = style.index(in: size), squares = style.rows.rowSquares
        let side = 2 * radius + 3
        return [Int](unsafeUninitializedCapacity: queries.count) { matches, initialized in
            initialized = queries.count
            nonisolated(unsafe) let matches = matches
            map.read { map in
                style.rows.read { style in
                    parallelFor(queries.count, inPartsOf: 64) { part in
                        // The row of each position of the window around a guess, in raster order; −1 outside the map.
                        var window = [Int](repeating: -1, count: side * side)
                        for i in part {
                            let (y, x) = (queries[i] / w, queries[i] % w)
                            let (top, left) = (guesses[i] / size.width - radius, guesses[i] % size.width - radius)
                            for v in 0..<side {
                                for u in 0..<side {
                                    let (row, column) = (top - 1 + v, left - 1 + u)
                                    let isInside =
                                        row >= 0 && row < size.height && column >= 0 && column < size.width
                                    window[v * side + u] = isInside ? Int(rows[row * size.width + column]) : -1
                                }
                            }
                            var best = (index: guesses[i], similarity: -Float.infinity)
                            for v in max(0, -top)..<min(side - 2, size.height - top) {
                                for u in max(0, -left)..<min(side - 2, size.width - left) {
                                    var product = LaneSum(), square: Float = 0
                                    for dy in 0..<3 {
                                        for dx in 0..<3 {
                                            let row = window[(v + dy) * side + u + dx]
                                            guard row >= 0 else { continue }
                                            square += squares[row]
                                            let (b, a) = (y + dy - 1, x + dx - 1)
                                            guard b >= 0, b < h, a >= 0, a < w else { continue }
                                            product.add(map + (b * w + a) * c, times: style + row * c, count: c)
                                        }
                                    }
                                    let similarity = product.total / (square.squareRoot() + 1e-15)
                                    if similarity > best.similarity {
                                        best = ((top + v) * size.width + left + u, similarity)
                                    }
                                }
                            }
                            matches[i] = best.index
                        }
                    }
                }
            }
        }
    }
}
