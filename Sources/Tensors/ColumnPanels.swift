internal import CKernels

/// A matrix packed for products as their right operand: in panels of 16 columns, which are read sequentially.
///
/// The sums of a product run over the inner index in order, so the results do not depend on how rows are distributed
/// over threads; for their dependence on the instruction set see ``Instructions``.
package struct ColumnPanels: Sendable {
    /// The rows and columns of the matrix.
    package let inner, columns: Int

    private let values: Tensor
    private let instructions: Instructions

    /// The N×M `matrix`, or some of its rows, for products that use `instructions`.
    package init(_ matrix: Tensor, rows: Range<Int>? = nil, instructions: Instructions = .most) {
        precondition(matrix.shape.count == 2, "expected a matrix, got \(matrix.shape)")
        let (rows, columns) = (rows ?? 0..<matrix.shape[0], matrix.shape[1])
        self.init(
            matrix, first: rows.lowerBound * columns, inner: rows.count, columns: columns, strides: (columns, 1),
            instructions)
    }

    /// The transpose of the M×N `matrix`.
    package init(transposing matrix: Tensor) {
        precondition(matrix.shape.count == 2, "expected a matrix, got \(matrix.shape)")
        self.init(matrix, inner: matrix.shape[1], columns: matrix.shape[0], strides: (1, matrix.shape[1]), .most)
    }

    private init(
        _ matrix: Tensor, first: Int = 0, inner: Int, columns: Int, strides: (inner: Int, column: Int),
        _ instructions: Instructions
    ) {
        (self.inner, self.columns, self.instructions) = (inner, columns, instructions)
        values = Tensor(shape: [ckernels_panels_count(inner, columns)]) { panels in
            matrix.read {
                var matrix = ckernels_matrix(
                    values: $0 + first, row_stride: strides.inner, column_stride: strides.column, rows: inner,
                    columns: columns)
                ckernels_panels(&matrix, panels)
            }
        }
    }

    /// `out` ← `factor`·a·(this matrix), for `rows` consecutive rows of a, on the calling thread.
    package func multiply(
        _ a: UnsafePointer<Float>, rows: Int, factor: Float = 1, into out: UnsafeMutablePointer<Float>
    ) {
        let a = ckernels_matrix(values: a, row_stride: inner, column_stride: 1, rows: rows, columns: inner)
        product(a, factor: factor, accumulating: false, into: out)
    }

    /// `out` ← `out` + aᵀ·(this matrix), for `rows` columns of an a whose rows are `stride` apart, on the calling
    /// thread.
    package func multiply(
        transposed a: UnsafePointer<Float>, stride: Int, rows: Int, addingTo out: UnsafeMutablePointer<Float>
    ) {
        let a = ckernels_matrix(values: a, row_stride: 1, column_stride: stride, rows: rows, columns: inner)
        product(a, factor: 1, accumulating: true, into: out)
    }

    private func product(
        _ a: ckernels_matrix, factor: Float, accumulating: Bool, into out: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: a) { a in
            values.read { ckernels_product(a, $0, columns, factor, accumulating ? 1 : 0, out, instructions.rawValue) }
        }
    }
}
