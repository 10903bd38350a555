extension PlacedObject {
    /// Matches the object's colours to its surroundings: a colour x becomes x + `amount`·(T(x) − x), clamped to 0…1,
    /// where the affine mapping T transfers mean and covariance (Pitié and Kokaram 2007).
    ///
    /// The source statistics are those of the object, weighted by its tight mask M. The target statistics are those of
    /// the painting in M's bounding box, grown on each side by half its longer side and at least 16 pixels, weighted by
    /// 1 − M: pixels that the object hides do not count. Without any such pixel the object is returned unchanged. Only
    /// colours where M is above 0 change.
    ///
    /// - Parameters:
    ///   - painting: the painting, of the frame's size; for one of another size the object is returned unchanged.
    ///   - amount: the strength in 0…1; 0 returns the object unchanged.
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

    /// The colour statistics of the painting around the object; nil where the object hides all of it.
    private func surroundings(in painting: Image) -> ColorStatistics? {
        guard let covered = mask.bounds?.moved(by: origin) else { return nil }
        let margin = max(16, max(covered.columns.count, covered.rows.count) / 2)
        let region = covered.grown(by: margin, within: .whole(of: frame))
        var weights = region.seen(from: origin).part(of: mask)
        for i in weights.values.indices { weights.values[i] = 1 - weights.values[i] }
        return ColorStatistics(region.part(of: painting), weights: weights)
    }
}
