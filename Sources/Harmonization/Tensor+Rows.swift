package import Tensors

/// Feature maps as matrices: a row of C channels for each position.
extension Tensor {
    /// The rows of a unit of parallel work.
    private static let rowsPerPart = 1024

    /// The rows at `positions` (flat indices y·W + x) of a map (…×C), each times its factor: n×C.
    package func rows(_ positions: [Int], times factors: [Float]? = nil) -> Tensor {
        let channels = shape[shape.count - 1]
        return Tensor(shape: [positions.count, channels]) { out in
            read { source in
                parallelFor(positions.count, inPartsOf: Self.rowsPerPart) { part in
                    for row in part {
                        let (from, to) = (source + positions[row] * channels, out + row * channels)
                        if let factor = factors?[row] {
                            for c in 0..<channels { to[c] = factor * from[c] }
                        } else {
                            to.update(from: from, count: channels)
                        }
                    }
                }
            }
        }
    }

    /// The sum of squares of each row of a map (…×C).
    var rowSquares: [Float] {
        let channels = shape[shape.count - 1], count = channels == 0 ? 0 : count / channels
        return [Float](unsafeUninitializedCapacity: count) { squares, initialized in
            initialized = count
            nonisolated(unsafe) let squares = squares
            read { source in
                parallelFor(count, inPartsOf: Self.rowsPerPart) { part in
                    for row in part {
                        var sum = LaneSum()
                        sum.add(source + row * channels, times: source + row * channels, count: channels)
                        squares[row] = sum.total
                    }
                }
            }
        }
    }

    /// Adds the rows of `other` (n×C), each times its factor, at `positions`, which must be distinct.
    package mutating func addRows(_ other: Tensor, at positions: [Int], times factors: [Float]? = nil) {
        let channels = shape[shape.count - 1]
        precondition(other.shape == [positions.count, channels], "expected \(positions.count)×\(channels) rows")
        write { out in
            other.read { source in
                parallelFor(positions.count, inPartsOf: Self.rowsPerPart) { part in
                    for row in part {
                        let (from, to) = (source + row * channels, out + positions[row] * channels)
                        let factor = factors?[row] ?? 1
                        for c in 0..<channels { to[c] += factor * from[c] }
                    }
                }
            }
        }
    }
}
