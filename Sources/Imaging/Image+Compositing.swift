extension Image {
    /// `top` over this picture with `mask` as alpha: `mask`·`top` + (1 − `mask`)·self. All three have the same size;
    /// where the mask is 0, the result equals self bit for bit.
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

    /// The graininess of the picture: the median of (a² + b²)/2 over channels and over all pixels but the last row
    /// and column, where a and b are the forward differences to the right and below.
    ///
    /// Of an even number of values it is the lower median; 0 for a picture of a single row or column.
    package var medianVariation: Float {
        guard width > 1, height > 1 else { return 0 }
        // Non-negative floats sort like their bit patterns. A radix select: a histogram of the upper 16 bits finds the
        // bin of the wanted rank, one of the lower 16 bits within it the value.
        let rank = ((width - 1) * (height - 1) * 3 - 1) / 2
        let (upper, below) = Self.bin(of: rank, counts: variationCounts { Int($0 >> 16) })
        let (lower, _) = Self.bin(
            of: rank - below, counts: variationCounts { Int($0 >> 16) == upper ? Int($0 & 0xffff) : nil })
        return Float(bitPattern: UInt32(upper << 16 | lower))
    }

    /// The histogram of the variations over 65536 keys; those with a nil key are left out.
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

    /// The bin that holds the value of `rank` (from 0), and the number of values in the bins before it.
    private static func bin(of rank: Int, counts: [Int]) -> (bin: Int, below: Int) {
        var below = 0
        for (bin, count) in counts.enumerated() {
            if below + count > rank { return (bin, below) }
            below += count
        }
        preconditionFailure("a rank of \(rank) among \(below) values")
    }
}
