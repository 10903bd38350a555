extension Image {
    /// `mask`·`top` + (1 − `mask`)·self. All three have one size; where the mask is 0 the result is self to the bit.
    public func composited(with top: Image, mask: Mask) -> Image {
        precondition(
            top.size == size && mask.size == size, "cannot composite \(top.size) under \(mask.size) onto \(size)")
        var result = self
        result.values.write { out in
            top.values.read { top in
                mask.values.read { mask in
                    parallelFor(height) { y in
                        for i in y * width..<(y + 1) * width where mask[i] != 0 {
                            let m = mask[i]
                            for c in 3 * i..<3 * i + 3 { out[c] = m * top[c] + (1 - m) * out[c] }
                        }
                    }
                }
            }
        }
        return result
    }

    /// The median, over all pixels but the last row and column and over the channels, of
    /// ((difference to the right)² + (difference below)²)/2: how grainy the picture is.
    ///
    /// The lower of the two middle values where their count is even; 0 for a picture without neighbours.
    public var medianVariation: Float {
        guard width > 1, height > 1 else { return 0 }
        // Values of at least 0 are in the order of their bits: the one of the wanted rank is found by counting the upper
        // halves, and then the lower halves of those with its upper half.
        let rank = ((width - 1) * (height - 1) * 3 - 1) / 2
        let (upper, below) = Self.bin(of: rank, counts: variationCounts { Int($0 >> 16) })
        let (lower, _) = Self.bin(
            of: rank - below, counts: variationCounts { Int($0 >> 16) == upper ? Int($0 & 0xffff) : nil })
        return Float(bitPattern: UInt32(upper << 16 | lower))
    }

    /// How many variations have each key, of 65536; those without one are left out.
    private func variationCounts(_ key: @Sendable (UInt32) -> Int?) -> [Int] {
        let parts = min(height - 1, 16), bins = 1 << 16, line = 3 * (width - 1)
        var counts = [Int32](repeating: 0, count: parts * bins)
        let (width, height) = (width, height)
        values.read { values in
            counts.withUnsafeMutableBufferPointer { counts in
                parallelFor(parts) { part in
                    for y in part * (height - 1) / parts..<(part + 1) * (height - 1) / parts {
                        for i in y * 3 * width..<y * 3 * width + line {
                            let right = values[i] - values[i + 3], below = values[i] - values[i + 3 * width]
                            let variation = (right * right + below * below) / 2
                            if let key = key(variation.bitPattern) { counts[part * bins + key] += 1 }
                        }
                    }
                }
            }
        }
        return (0..<bins).map { bin in (0..<parts).reduce(0) { $0 + Int(counts[$1 * bins + bin]) } }
    }

    /// The bin that holds the value of a rank (from 0), and how many values lie in the bins before it.
    private static func bin(of rank: Int, counts: [Int]) -> (bin: Int, below: Int) {
        var below = 0
        for (bin, count) in counts.enumerated() {
            if below + count > rank { return (bin, below) }
            below += count
        }
        preconditionFailure("a rank of \(rank) among \(below) values")
    }
}
