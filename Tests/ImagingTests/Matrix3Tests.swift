import Imaging
import Testing

@Suite struct Matrix3Tests {
    /// The largest difference between elements; NaN where there is one.
    private func difference(_ a: Matrix3, _ b: Matrix3) -> Double {
        let differences = (0..<9).map { abs(a[$0 / 3][$0 % 3] - b[$0 / 3][$0 % 3]) }
        return differences.allSatisfy(\.isFinite) ? differences.reduce(0, max) : .nan
    }

    private let odd = Matrix3(SIMD3(1, 2, 3), SIMD3(-4, 5, 0.5), SIMD3(7, -8, 9))

    @Test func `products and columns are the textbook's`() {
        let other = Matrix3(SIMD3(0, 1, 2), SIMD3(3, -1, 1), SIMD3(2, 2, -5))
        let product = odd * other
        for r in 0..<3 {
            for c in 0..<3 {
                var sum = 0.0
                for k in 0..<3 { sum += odd[k][r] * other[c][k] }
                #expect(product[c][r] == sum && odd.transposed[c][r] == odd[r][c])
            }
        }
        #expect(odd * SIMD3(1, 10, 100) == SIMD3(661, -748, 908))
        var changed = odd
        for c in 0..<3 { changed[c] = other[c] }
        #expect(changed == other)
    }

    @Test(
        "the square root of a square is the matrix, and the root of an inverse its inverse",
        arguments: [
            Matrix3(diagonal: .one), Matrix3(diagonal: SIMD3(1, 4, 1e-6)), Matrix3(diagonal: SIMD3(1e-300, 1, 2)),
            Matrix3(SIMD3(2, 1, 0), SIMD3(1, 2, 0), SIMD3(0, 0, 3)),  // 3 twice
            Matrix3(SIMD3(1, 1, 1), SIMD3(1, 1, 1), SIMD3(1, 1, 1)),  // of rank 1
            Matrix3(SIMD3(1, 1e-200, 0), SIMD3(1e-200, 3, 0), SIMD3(0, 0, 1)),
            Matrix3(SIMD3(5, -2, 1), SIMD3(-2, 3, 0.5), SIMD3(1, 0.5, 1)), Matrix3(diagonal: .zero),
        ])
    func squareRoots(matrix: Matrix3) {
        let root = matrix.mappingEigenvalues { max($0, 0).squareRoot() }
        #expect(difference(root * root, matrix) < 1e-14)
        #expect(difference(root, root.transposed) < 1e-15)
        let raised = matrix + Matrix3(diagonal: SIMD3(repeating: 0.5))
        let inverse = raised.mappingEigenvalues { 1 / $0 }
        #expect(difference(inverse * raised, Matrix3(diagonal: .one)) < 1e-14)
        #expect(difference(matrix.mappingEigenvalues { $0 }, matrix) < 1e-14)
    }

    @Test func `eigenvalues are the known ones`() {
        var seen: [Double] = []
        _ = Matrix3(SIMD3(2, 1, 0), SIMD3(1, 2, 0), SIMD3(0, 0, -4)).mappingEigenvalues {
            seen.append($0)
            return $0
        }
        #expect(zip(seen.sorted(), [-4, 1, 3]).allSatisfy { abs($0 - $1) < 1e-15 } && seen.count == 3)
    }
}
