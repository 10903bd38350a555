internal import COpenBLAS

/// Matrix products. The one file that calls BLAS, which runs single-threaded: callers spread blocks over the cores.
package enum BLAS {
    private static let singleThreaded: Void = openblas_set_num_threads(1)

    /// A matrix in memory, row by row, `stride` elements from one row to the next.
    package struct Matrix {
        let pointer: UnsafePointer<Float>
        let stride: Int
        let transposed: Bool

        /// The matrix at `pointer`; `transposed` asks for its transpose to be used.
        package init(_ pointer: UnsafePointer<Float>, stride: Int, transposed: Bool = false) {
            self.pointer = pointer
            self.stride = stride
            self.transposed = transposed
        }
    }

    /// C ← α·A·B + β·C with A `rows`×`inner`, B `inner`×`columns` and C `rows`×`columns`.
    package static func multiply(
        _ a: Matrix, _ b: Matrix, into c: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int, inner: Int,
        alpha: Float = 1, beta: Float = 0
    ) {
        guard rows > 0, columns > 0 else { return }
        singleThreaded
        cblas_sgemm(
            CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
            blasint(rows), blasint(columns), blasint(inner), alpha, a.pointer, blasint(a.stride), b.pointer,
            blasint(b.stride), beta, c, blasint(stride))
    }
}
