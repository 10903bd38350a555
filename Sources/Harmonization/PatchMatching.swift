package import Tensors

/// Finds, for positions of one feature map, the most similar 3×3 patches of another.
package enum PatchMatching {
    /// Positions of the style, and of the query, that are compared at a time: what bounds the memory.
    private static let styleBlock = 2048, queryBlock = 256

    /// For each of `queries` (flat indices into `a`), the index into `b` whose 3×3×C patch (zeros around) has the
    /// highest cosine similarity; ties go to the lowest index. `a` and `b` are H×W×C of one shape.
    ///
    /// Cost: one matrix product of |queries|×9C by 9C×HW, in blocks.
    package static func match(_ a: Tensor, _ b: Tensor, queries: [Int]) -> MatchField {
        precondition(a.shape == b.shape && a.shape.count == 3, "cannot match \(a.shape) against \(b.shape)")
        let positions = a.shape[0] * a.shape[1]
        var best = [(index: Int, similarity: Float)](repeating: (0, -.infinity), count: queries.count)
        best.withUnsafeMutableBufferPointer { best in
            for first in stride(from: 0, to: positions, by: styleBlock) {
                let style = normalized(patches(of: b, at: Array(first..<min(positions, first + styleBlock))))
                parallelFor(queries.count, inPartsOf: queryBlock) { part in
                    compare(a, queries, part, with: style, first: first, best: best)
                }
            }
        }
        var field = MatchField(width: a.shape[1], height: a.shape[0])
        for (query, match) in zip(queries, best) { field.matches[query] = match.index }
        return field
    }

    private static func compare(
        _ a: Tensor, _ queries: [Int], _ part: Range<Int>, with style: Tensor, first: Int,
        best: UnsafeMutableBufferPointer<(index: Int, similarity: Float)>
    ) {
        let (columns, inner) = (style.shape[0], style.shape[1])
        let wanted = patches(of: a, at: Array(queries[part]))
        let similarities = Tensor(shape: [part.count, columns]) { out in
            wanted.read { a in
                style.read { b in
                    BLAS.multiply(
                        .init(a, stride: inner), .init(b, stride: inner, transposed: true),
                        into: out, stride: columns, rows: part.count, columns: columns, inner: inner)
                }
            }
        }
        similarities.read { values in
            for (row, query) in part.enumerated() {
                var (index, similarity) = best[query]
                for column in 0..<columns where values[row * columns + column] > similarity {
                    similarity = values[row * columns + column]
                    index = first + column
                }
                best[query] = (index, similarity)
            }
        }
    }

    /// The 3×3×C patches around `positions` as the rows of a matrix, zeros outside the map.
    private static func patches(of features: Tensor, at positions: [Int]) -> Tensor {
        let (h, w, c) = (features.shape[0], features.shape[1], features.shape[2])
        return Tensor(shape: [positions.count, 9 * c]) { out in
            features.read { source in
                parallelFor(positions.count, inPartsOf: 256) { part in
                    for row in part {
                        let (x, y) = (positions[row] % w, positions[row] / w)
                        var to = out + row * 9 * c
                        for v in y - 1...y + 1 {
                            for u in x - 1...x + 1 {
                                if u >= 0, u < w, v >= 0, v < h {
                                    to.update(from: source + (v * w + u) * c, count: c)
                                } else {
                                    to.update(repeating: 0, count: c)
                                }
                                to += c
                            }
                        }
                    }
                }
            }
        }
    }

    /// Each row divided by its Euclidean norm (plus 10⁻¹⁵, for rows of zeros).
    private static func normalized(_ rows: Tensor) -> Tensor {
        var rows = rows
        let (n, inner) = (rows.shape[0], rows.shape[1])
        rows.write { values in
            parallelFor(n, inPartsOf: 256) { part in
                for row in part {
                    let patch = values + row * inner
                    var sum: Float = 0
                    for i in 0..<inner { sum += patch[i] * patch[i] }
                    let norm = sum.squareRoot() + 1e-15
                    for i in 0..<inner { patch[i] /= norm }
                }
            }
        }
        return rows
    }
}
