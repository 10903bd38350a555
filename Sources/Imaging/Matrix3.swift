/// A 3×3 matrix, column by column.
package struct Matrix3: Equatable, Sendable {
    /// What the matrix makes of (1, 0, 0), (0, 1, 0) and (0, 0, 1).
    package var x, y, z: SIMD3<Double>

    /// The matrix of three columns.
    package init(_ x: SIMD3<Double>, _ y: SIMD3<Double>, _ z: SIMD3<Double>) { (self.x, self.y, self.z) = (x, y, z) }

    /// The matrix with `diagonal` on its diagonal, and 0 elsewhere.
    package init(diagonal: SIMD3<Double>) {
        self.init(SIMD3(diagonal.x, 0, 0), SIMD3(0, diagonal.y, 0), SIMD3(0, 0, diagonal.z))
    }

    /// The column with a number in 0…2.
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

    /// Rows and columns exchanged.
    package var transposed: Matrix3 {
        Matrix3(SIMD3(x.x, y.x, z.x), SIMD3(x.y, y.y, z.y), SIMD3(x.z, y.z, z.z))
    }

    /// The sum, element by element.
    package static func + (a: Matrix3, b: Matrix3) -> Matrix3 { Matrix3(a.x + b.x, a.y + b.y, a.z + b.z) }

    /// The image of a vector.
    package static func * (matrix: Matrix3, vector: SIMD3<Double>) -> SIMD3<Double> {
        let x = vector.x * matrix.x, y = vector.y * matrix.y, z = vector.z * matrix.z
        return x + y + z
    }

    /// The product: first `b`, then `a`.
    package static func * (a: Matrix3, b: Matrix3) -> Matrix3 { Matrix3(a * b.x, a * b.y, a * b.z) }

    /// A function of this matrix, which must be symmetric: V·diag(f(λ))·Vᵀ, where this matrix is V·diag(λ)·Vᵀ.
    ///
    /// The eigenvalues λ come with an error of about 10⁻¹⁶ times the largest one: those that are 0 may be below it.
    package func mappingEigenvalues(_ f: (Double) -> Double) -> Matrix3 {
        let (vectors, values) = eigenvectors()
        let mapped = Matrix3(diagonal: SIMD3(f(values.x), f(values.y), f(values.z)))
        return vectors * mapped * vectors.transposed
    }

    /// The eigenvectors of a symmetric matrix as columns, of length 1 and at right angles, and their eigenvalues.
    ///
    /// Cyclic Jacobi rotations (Jacobi 1846; Golub and Van Loan, "Matrix Computations", 8.5): each sets one pair of
    /// elements off the diagonal to 0.
    private func eigenvectors() -> (vectors: Matrix3, values: SIMD3<Double>) {
        var matrix = self, vectors = Matrix3(diagonal: .one)
        // What is left falls with its square from sweep to sweep; four do for Double, and more do no harm.
        for _ in 0..<8 {
            for (p, q) in [(0, 1), (0, 2), (1, 2)] where matrix[q][p] != 0 {
                // The tangent of the smaller of the two angles; infinite quotients give 0.
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
