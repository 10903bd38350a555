package import Tensors

/// The Gram matrix of masked features: (m·F)(m·F)ᵀ / Σm, C×C.
package enum Gram {
    /// The Gram matrix of the rows of `features` (n×C), weighted by m = `weights` (n values). O(n·C²).
    package static func matrix(_ features: Tensor, weights: some Collection<Float>) -> Tensor {
        matrix(features, at: Array(0..<weights.count), times: Array(weights), total: weights.total)
    }

    /// The Gram matrix of the rows at `positions` of a map, with m = `factors` and Σm = `total`.
    static func matrix(_ features: Tensor, at positions: [Int], times factors: [Float], total: Double) -> Tensor {
        let channels = features.shape[features.shape.count - 1]
        var matrix = Tensor(shape: [channels, channels], repeating: 0)
        for part in parts(of: positions.count) {
            let rows = features.rows(Array(positions[part]), times: Array(factors[part]))
            matrix.add(rows.columnProducts())
        }
        matrix.scale(by: Float(1 / total))
        return matrix
    }

    /// The ranges of rows that are copied out of a map at a time: all at once would take as much memory as the map.
    static func parts(of count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: 1 << 16).map { $0..<min(count, $0 + 1 << 16) }
    }
}

extension Sequence<Float> {
    /// The sum in Double.
    var total: Double { reduce(0) { $0 + Double($1) } }
}
