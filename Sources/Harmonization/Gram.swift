internal import Imaging
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

    /// Adds the products F·Fᵀ of the rows of `band` (n×W×C), one row after the other, to `sum` (C×C): the same bits in
    /// bands of any height.
    static func add(_ band: Tensor, to sum: inout Tensor) {
        let (height, width, channels) = (band.shape[0], band.shape[1], band.shape[2])
        for part in parts(of: height, size: max(1, (1 << 20) / (channels * channels))) {
            let products = [Tensor](unsafeUninitializedCapacity: part.count) { products, initialized in
                initialized = part.count
                nonisolated(unsafe) let products = products
                parallelFor(part.count) { i in
                    let row = Region(columns: 0..<width, rows: part.lowerBound + i..<part.lowerBound + i + 1)
                    let matrix = row.part(of: band).reshaped([width, channels]).columnProducts()
                    (products.baseAddress.map { $0 + i })?.initialize(to: matrix)
                }
            }
            for product in products { sum.add(product) }
        }
    }

    /// The ranges of rows that are copied out of a map at a time: all at once would take as much memory as the map.
    static func parts(of count: Int, size: Int = 1 << 16) -> [Range<Int>] {
        stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
    }
}

extension Sequence<Float> {
    /// The sum in Double.
    var total: Double { reduce(0) { $0 + Double($1) } }
}
