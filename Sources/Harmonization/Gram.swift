package import Tensors

/// The Gram matrix of masked features: (m·F)(m·F)ᵀ / Σm, C×C.
package enum Gram {
    /// The matrix of the rows of `features` (n×C), each weighed by its value of m.
    package static func matrix(_ features: Tensor, weights: [Float]) -> Tensor {
        matrix(weighted: features.rows(Array(weights.indices), times: weights), total: weights.total)
    }

    /// The matrix of rows that were multiplied by m already, given Σm.
    static func matrix(weighted rows: Tensor, total: Double) -> Tensor {
        var products = rows.columnProducts()
        products.scale(by: Float(1 / total))
        return products
    }
}

extension [Float] {
    /// The sum in Double.
    var total: Double { reduce(0) { $0 + Double($1) } }
}
