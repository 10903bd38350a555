extension PlacedObject {
    /// The object with its colours moved to those of its surroundings: a linear mapping T gives them the mean and the
    /// covariance of the painting's there (Pitié and Kokaram 2007); x becomes x + `amount`·(T(x) − x), clamped to 0…1.
    ///
    /// The object's colours count as much as its tight mask M says. The surroundings are the painting's pixels in the box
    /// around M, grown on each side by half its longer side and at least 16 pixels, and they count 1 − M: nothing that
    /// the object hides. Where nothing is left, the object stays as it is. Colours where M is 0 do not change, nor does
    /// anything but colours.
    ///
    /// - Parameters:
    ///   - painting: the painting, of the frame's size. Where it is not, the object stays as it is.
    ///   - amount: 0…1: 0 leaves the object as it is.
    public func matchingColors(of painting: Image, by amount: Double = 1) -> PlacedObject {
        precondition((0...1).contains(amount), "an amount is from 0 to 1, got \(amount)")
        guard amount > 0, painting.size == frame, let source = ColorStatistics(image, weights: mask),
            let target = surroundings(in: painting)
        else {
            return self
        }
        let transfer = ColorTransfer(from: source, to: target)
        var colors = image
        for y in 0..<mask.height {
            for x in 0..<mask.width where mask[x, y] > 0 {
                let own = SIMD3<Double>(image[x, y])
                let color = SIMD3<Float>(own + amount * (transfer(own) - own))
                colors[x, y] = color.clamped(lowerBound: .zero, upperBound: .one)
            }
        }
        return PlacedObject(
            frame: frame, origin: origin, image: colors, mask: mask, looseMask: looseMask, maskWarning: maskWarning)
    }

    /// The statistics of the painting around the object; nil where the object hides all of it.
    private func surroundings(in painting: Image) -> ColorStatistics? {
        guard let covered = mask.bounds?.moved(by: origin) else { return nil }
        let margin = max(16, max(covered.columns.count, covered.rows.count) / 2)
        let region = covered.grown(by: margin, within: .whole(of: frame))
        var weights = region.seen(from: origin).part(of: mask)
        for i in weights.values.indices { weights.values[i] = 1 - weights.values[i] }
        return ColorStatistics(region.part(of: painting), weights: weights)
    }
}
