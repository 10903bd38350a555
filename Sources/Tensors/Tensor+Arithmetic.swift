internal import CKernels

/// Vector arithmetic, over all elements in order.
extension Tensor {
    /// Elements a core takes at a time.
    private static let part = 1 << 15

    /// Σ self·other over all elements, accumulated in Double. Both have the same count.
    package func dot(_ other: Tensor) -> Double {
        precondition(count == other.count, "cannot take the dot product of \(shape) and \(other.shape)")
        return read { a in
            other.read { b in
                parallelSum(count, inPartsOf: Self.part) {
                    ckernels_dot(a + $0.lowerBound, b + $0.lowerBound, $0.count)
                }
            }
        }
    }

    /// self ← self + `factor`·`other`, element by element. Both have the same count.
    package mutating func add(_ other: Tensor, times factor: Float = 1) {
        precondition(count == other.count, "cannot add \(other.shape) to \(shape)")
        let count = count
        write { y in
            other.read { x in
                parallelFor(count, inPartsOf: Self.part) {
                    ckernels_axpy(factor, x + $0.lowerBound, y + $0.lowerBound, $0.count)
                }
            }
        }
    }

    /// self ← `factor`·self.
    package mutating func scale(by factor: Float) {
        let count = count
        write { x in parallelFor(count, inPartsOf: Self.part) { for i in $0 { x[i] *= factor } } }
    }

    /// The sum of all elements, accumulated in Double.
    package var sum: Double {
        read { p in
            var total = 0.0
            for i in 0..<count { total += Double(p[i]) }
            return total
        }
    }

    /// Σ |self|, accumulated in Double.
    package var absoluteSum: Double {
        read { p in
            var total = 0.0
            for i in 0..<count { total += Double(abs(p[i])) }
            return total
        }
    }

    /// The largest magnitude of an element, 0 when there are none; not a number where one is not.
    package var largestMagnitude: Float {
        read { p in
            var largest: Float = 0
            for i in 0..<count {
                if p[i].isNaN { return .nan }
                largest = Swift.max(largest, abs(p[i]))
            }
            return largest
        }
    }
}
