/// A 3×3 matrix in column-major order.
package struct Matrix3: Equatable, Sendable {
    /// The columns.
    package var x, y, z: SIMD3<Double>

    /// The matrix with the given columns.
    package init(_ x: SIMD3<Double>, _ y: SIMD3<Double>, _ z: SIMD3<Double>) { (self.x, self.y, self.z) = (x, y, z) }

    /// The matrix with `diagonal` on its diagonal, and 0 elsewhere.
    package init(diagonal: SIMD3<Double>) {
        self.init(SIMD3(diagonal.x, 0, 0), SIMD3(0, diagonal.y, 0), SIMD3(0, 0, diagonal.z))
    }

    /// The column of an index in 0…2.
    package subscript(column: Int) -> SIMD3<Double> {
        get { column == 0 ? x : column == 1 ? y : z }
        set {
            switch column {
            case 0: x = newValue
            case 1: y = newValue
            default: z = newValue
            }
        }
    }

    /// The transpose.
    package var transposed: Matrix3 {
        Matrix3(SIMD3(x.x, y.x, z.x), SIMD3(x.y, y.y, z.y), SIMD3(x.z, y.z, z.z))
    }

    /// The sum.
    package static func + (a: Matrix3, b: Matrix3) -> Matrix3 { Matrix3(a.x + b.x, a.y + b.y, a.z + b.z) }

    /// The matrix-vector product.
    package static func * (matrix: Matrix3, vector: SIMD3<Double>) -> SIMD3<Double> {
        let x = vector.x * matrix.x, y = vector.y * matrix.y, z = vector.z * matrix.z
        return x + y + z
    }

    /// The matrix product.
    package static func * (a: Matrix3, b: Matrix3) -> Matrix3 { Matrix3(a * b.x, a * b.y, a * b.z) }

    /// The matrix function V·diag(f(λ))·Vᵀ of this symmetric matrix V·diag(λ)·Vᵀ.
    ///
    /// The eigenvalues have an error of about 10⁻¹⁶ times the largest: one that is 0 may be slightly negative.
    package func mappingEigenvalues(_ f: (Double) -> Double) -> Matrix3 {
        let (vectors, values) = eigenvectors()
        let mapped = Matrix3(diagonal: SIMD3(f(values.x), f(values.y), f(values.z)))
        return vectors * mapped * vectors.transposed
    }

    /// The orthonormal eigenvectors of this symmetric matrix, as columns, and their eigenvalues.
    ///
    /// Cyclic Jacobi rotations (Jacobi 1846; Golub and Van Loan, "Matrix Computations", 8.5): each sets one pair of
    /// off-diagonal elements to 0.
    private func eigenvectors() -> (vectors: Matrix3, values: SIMD3<Double>) {
        var matrix = self, vectors = Matrix3(diagonal: .one)
        // Convergence is quadratic: four sweeps suffice for Double, and more do no harm.
        for _ in 0..<8 {
            for (p, q) in [(0, 1), (0, 2), (1, 2)] where matrix[q][p] != 0 {
                // The tangent of the smaller of the two rotation angles; 0 for an infinite quotient.
                let half = (matrix[q][q] - matrix[p][p]) / (2 * matrix[q][p])
                let tangent = (half < 0 ? -1 : 1) / (abs(half) + (half * half + 1).squareRoot())
                let cosine = 1 / (tangent * tangent + 1).squareRoot(), sine = tangent * cosine
                var rotation = Matrix3(diagonal: .one)
                (rotation[p][p], rotation[q][p]) = (cosine, sine)
                (rotation[p][q], rotation[q][q]) = (-sine, cosine)
                matrix = rotation.transposed * matrix * rotation
                vectors = vectors * rotation
            }
        }
        return (vectors, SIMD3(matrix.x.x, matrix.y.y, matrix.z.z))
    }
}
