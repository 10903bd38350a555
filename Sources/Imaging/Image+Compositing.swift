extension Image {
    /// `mask`·`top` + (1 − `mask`)·self. All three have one size; where the mask is 0 the result is self to the bit.
    public func composited(with top: Image, mask: Mask) -> Image {
        precondition(
            top.size == size && mask.size == size, "cannot composite \(top.size) under \(mask.size) onto \(size)")
        var result = self
        for i in mask.values.indices where mask.values[i] != 0 {
            let m = mask.values[i]
            for c in 3 * i..<3 * i + 3 { result.values[c] = m * top.values[c] + (1 - m) * values[c] }
        }
        return result
    }

    /// The median, over all pixels but the last row and column and over the channels, of
    /// ((difference to the right)² + (difference below)²)/2: how grainy the picture is.
    ///
    /// The lower of the two middle values where their count is even; 0 for a picture without neighbours.
    public var medianVariation: Float {
        guard width > 1, height > 1 else { return 0 }
        var variations: [Float] = []
        variations.reserveCapacity((width - 1) * (height - 1) * 3)
        for y in 0..<height - 1 {
            for x in 0..<width - 1 {
                let i = (y * width + x) * 3
                for c in i..<i + 3 {
                    let right = values[c] - values[c + 3], below = values[c] - values[c + 3 * width]
                    variations.append((right * right + below * below) / 2)
                }
            }
        }
        variations.sort()
        return variations[(variations.count - 1) / 2]
    }
}
