internal import CKernels

/// Vector arithmetic, over all elements in order.
extension Tensor {
    /// The elements of a unit of parallel work.
    private static let part = 1 << 16

    /// Σ self·other over all elements, accumulated in Double. Both have the same count.
    public func dot(_ other: Tensor) -> Double { Self.dots([self], [other])[0] }

    /// The inner products Σ a·b of each of `a` with each of `b`, accumulated in Double: `a.count` rows of `b.count`
    /// values. All have the same count; each is read once.
    public static func dots(_ a: [Tensor], _ b: [Tensor]) -> [Double] {
        let count = a.first?.count ?? 0
        precondition((a + b).allSatisfy { $0.count == count }, "cannot multiply tensors of different counts")
        let parts = (count + part - 1) / part
        var sums = [Double](repeating: 0, count: parts * a.count * b.count)
        let instructions = Instructions.most.rawValue
        withExtendedLifetime((a, b)) {
            let x = a.map { $0.read { Optional($0) } }, y = b.map { $0.read { Optional($0) } }
            sums.withUnsafeMutableBufferPointer { sums in
                nonisolated(unsafe) let sums = sums
                parallelFor(parts) { i in
                    let first = i * part
                    let n = Swift.min(part, count - first)
                    ckernels_dots(
                        x.map { $0.map { $0 + first } }, x.count, y.map { $0.map { $0 + first } }, y.count, n,
                        sums.baseAddress.map { $0 + i * x.count * y.count }, instructions)
                }
            }
        }
        return (0..<a.count * b.count).map { k in
            (0..<parts).reduce(0) { $0 + sums[$1 * a.count * b.count + k] }
        }
    }

    /// Σ factor·term. All terms have the shape of the first.
    public static func combination(_ terms: [Tensor], _ factors: [Float]) -> Tensor {
        precondition(terms.count == factors.count && !terms.isEmpty, "each term has its factor")
        let (shape, count) = (terms[0].shape, terms[0].count)
        precondition(terms.allSatisfy { $0.count == count }, "cannot combine tensors of different counts")
        let instructions = Instructions.most.rawValue
        return withExtendedLifetime(terms) {
            let x = terms.map { $0.read { Optional($0) } }
            return Tensor(shape: shape) { out in
                parallelFor(count, inPartsOf: part) { part in
                    ckernels_combination(
                        x.map { $0.map { $0 + part.lowerBound } }, factors, x.count, out + part.lowerBound, part.count,
                        instructions)
                }
            }
        }
    }

    /// The tensor of Σ factor·self[i + offset] at flat index i, of the same shape; 0 wherever any term would lie
    /// outside.
    public func shiftedSum(_ offsets: [Int], _ factors: [Float]) -> Tensor {
        precondition(offsets.count == factors.count, "each offset has its factor")
        let first = Swift.min(count, Swift.max(0, -(offsets.min() ?? 0)))
        let last = Swift.max(first, count - Swift.max(0, offsets.max() ?? 0))
        let instructions = Instructions.most.rawValue
        return Tensor(shape: shape) { out in
            out.update(repeating: 0, count: first)
            (out + last).update(repeating: 0, count: count - last)
            read { x in
                parallelFor(last - first, inPartsOf: Self.part) { part in
                    let from = first + part.lowerBound
                    ckernels_combination(
                        offsets.map { x + from + $0 }, factors, offsets.count, out + from, part.count, instructions)
                }
            }
        }
    }

    /// self ← self + `factor`·`other`, element by element. Both have the same count.
    public mutating func add(_ other: Tensor, times factor: Float = 1) {
        precondition(count == other.count, "cannot add \(other.shape) to \(shape)")
        let (count, instructions) = (count, Instructions.most.rawValue)
        write { y in
            other.read { x in
                parallelFor(count, inPartsOf: Self.part) {
                    ckernels_axpy(factor, x + $0.lowerBound, y + $0.lowerBound, $0.count, instructions)
                }
            }
        }
    }

    /// self ← `share`·self + (1 − `share`)·`other`², element by element. Both have the same count.
    public mutating func average(squaresOf other: Tensor, keeping share: Float) {
        precondition(count == other.count, "cannot average \(shape) and \(other.shape)")
        let count = count
        write { y in
            other.read { x in
                parallelFor(count, inPartsOf: Self.part) {
                    for i in $0 { y[i] = share * y[i] + (1 - share) * (x[i] * x[i]) }
                }
            }
        }
    }

    /// self ← self + `factor`·`other` / (√`squares` + `epsilon`), element by element. All have the same count.
    public mutating func add(
        _ other: Tensor, times factor: Float, overRootOf squares: Tensor, plus epsilon: Float
    ) {
        precondition(
            count == other.count && count == squares.count,
            "cannot add \(other.shape) over \(squares.shape) to \(shape)")
        let count = count
        write { y in
            other.read { x in
                squares.read { v in
                    parallelFor(count, inPartsOf: Self.part) {
                        for i in $0 { y[i] += factor * x[i] / (v[i].squareRoot() + epsilon) }
                    }
                }
            }
        }
    }

    /// self ← `factor`·self.
    public mutating func scale(by factor: Float) {
        let count = count
        write { x in parallelFor(count, inPartsOf: Self.part) { for i in $0 { x[i] *= factor } } }
    }

    /// The sums over the rows of an N×M tensor, of shape M, accumulated in Double.
    public func columnSums() -> Tensor {
        precondition(shape.count == 2, "only a matrix has columns, got \(shape)")
        let (n, m) = (shape[0], shape[1])
        return Tensor(shape: [m]) { out in
            read { x in
                // Whole cache lines at a time.
                parallelFor(m, inPartsOf: Swift.max(16, Self.part / Swift.max(1, n))) { columns in
                    var sums = [Double](repeating: 0, count: columns.count)
                    for row in 0..<n { for (k, j) in columns.enumerated() { sums[k] += Double(x[row * m + j]) } }
                    for (k, j) in columns.enumerated() { out[j] = Float(sums[k]) }
                }
            }
        }
    }

    /// The sum of all elements, accumulated in Double.
    public var sum: Double {
        read { p in
            parallelSum(count, inPartsOf: Self.part) { part in
                var total = 0.0
                for i in part { total += Double(p[i]) }
                return total
            }
        }
    }

    /// Σ |self|, accumulated in Double.
    public var absoluteSum: Double {
        read { p in
            var total = 0.0
            for i in 0..<count { total += Double(abs(p[i])) }
            return total
        }
    }
}
