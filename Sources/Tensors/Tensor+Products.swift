internal import CKernels

/// Matrix products of tensors, in parallel.
extension Tensor {
    /// The rows of a unit of parallel work.
    private static let rowsPerPart = 512

    /// selfᵀ·self for an N×C tensor: the C×C matrix of its columns' inner products.
    ///
    /// The N rows are split into parts of a fixed size whose products are added in order, so the result does not
    /// depend on the number of threads.
    public func columnProducts() -> Tensor {
        precondition(shape.count == 2, "column products need an N×C tensor, got \(shape)")
        let (n, c) = (shape[0], shape[1])
        let size = Swift.max(Self.rowsPerPart, (n + 15) / 16)
        let parts = Swift.max(1, (n + size - 1) / size)
        var partial = Tensor(shape: [parts, c, c], repeating: 0)
        let instructions = Instructions.most
        partial.write { products in
            read { x in
                parallelFor(parts) { part in
                    let rows = Swift.min(n, (part + 1) * size) - part * size
                    ckernels_column_products(
                        x + part * size * c, rows, c, products + part * c * c, instructions.rawValue)
                }
            }
        }
        return Tensor(shape: [c, c]) { total in
            partial.read { products in
                for i in 0..<c * c {
                    var sum: Float = 0
                    for part in 0..<parts { sum += products[part * c * c + i] }
                    total[i] = sum
                }
            }
        }
    }

    /// `factor`·self·`other` for an N×K and a K×M tensor.
    public func product(_ other: Tensor, times factor: Float = 1) -> Tensor {
        precondition(
            shape.count == 2 && other.shape.count == 2 && shape[1] == other.shape[0],
            "cannot multiply \(shape) by \(other.shape)")
        let (n, k, m) = (shape[0], shape[1], other.shape[1])
        let panels = ColumnPanels(other)
        return Tensor(shape: [n, m]) { out in
            read { a in
                parallelFor(n, inPartsOf: Self.rowsPerPart) { rows in
                    panels.multiply(
                        a + rows.lowerBound * k, rows: rows.count, factor: factor, into: out + rows.lowerBound * m)
                }
            }
        }
    }

    /// The M×N transpose of an N×M tensor.
    public func transposed() -> Tensor {
        precondition(shape.count == 2, "only a matrix has a transpose, got \(shape)")
        let (n, m) = (shape[0], shape[1])
        // Sixteen columns at a time: whole cache lines are read, and each thread writes rows of its own.
        return Tensor(shape: [m, n]) { out in
            read { source in
                parallelFor(m, inPartsOf: 16) { columns in
                    for row in 0..<n {
                        for column in columns { out[column * n + row] = source[row * m + column] }
                    }
                }
            }
        }
    }
}
