internal import CKernels

/// A matrix as the right side of products: in panels of 16 columns, which a product reads from one end to the other.
///
/// The sums of a product run over the inner index in its order, so the results depend neither on how the rows are shared
/// out nor on the instructions, as far as ``Instructions`` says.
package struct ColumnPanels: Sendable {
    /// The rows and columns of the matrix.
    package let inner, columns: Int

    private let values: Tensor
    private let instructions: Instructions

    /// The N×M `matrix`, or some of its rows.
    package init(_ matrix: Tensor, rows: Range<Int>? = nil) {
        precondition(matrix.shape.count == 2, "expected a matrix, got \(matrix.shape)")
        let (rows, columns) = (rows ?? 0..<matrix.shape[0], matrix.shape[1])
        self.init(
            matrix, first: rows.lowerBound * columns, inner: rows.count, columns: columns, strides: (columns, 1))
    }

    /// The transpose of the M×N `matrix`.
    package init(transposing matrix: Tensor) {
        precondition(matrix.shape.count == 2, "expected a matrix, got \(matrix.shape)")
        self.init(matrix, inner: matrix.shape[1], columns: matrix.shape[0], strides: (1, matrix.shape[1]))
    }

    private init(_ matrix: Tensor, first: Int = 0, inner: Int, columns: Int, strides: (inner: Int, column: Int)) {
        (self.inner, self.columns, instructions) = (inner, columns, .most)
        values = Tensor(shape: [ckernels_panels_count(inner, columns)]) { panels in
            matrix.read { ckernels_panels($0 + first, strides.inner, strides.column, inner, columns, panels) }
        }
    }

    /// `out` ← `factor`·a·(this matrix), for `rows` rows of a one after the other, on the calling thread.
    package func multiply(
        _ a: UnsafePointer<Float>, rows: Int, factor: Float = 1, into out: UnsafeMutablePointer<Float>
    ) {
        values.read {
            ckernels_product(a, inner, 1, rows, inner, $0, columns, factor, 0, out, columns, instructions.rawValue)
        }
    }

    /// `out` ← `out` + aᵀ·(this matrix), for `rows` columns of an a whose rows are `stride` apart, on the calling thread.
    package func multiply(
        transposed a: UnsafePointer<Float>, stride: Int, rows: Int, addingTo out: UnsafeMutablePointer<Float>
    ) {
        values.read {
            ckernels_product(a, 1, stride, rows, inner, $0, columns, 1, 1, out, columns, instructions.rawValue)
        }
    }
}
