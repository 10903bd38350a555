internal import Imaging

/// What a painting looks like in whose hand nothing can be repainted.
enum PaintingDiagnosis {
    /// The largest difference of a flat painting's values: what JPEG makes of one colour.
    private static let flat: Float = 0.03

    /// What is wrong with a painting; nil for one that looks like one.
    static func warning(for painting: Image) -> Warnings.Warning? {
        for channel in 0..<3 {
            var (low, high) = (Float.infinity, -Float.infinity)
            for i in stride(from: channel, to: painting.values.count, by: 3) {
                low = min(low, painting.values[i])
                high = max(high, painting.values[i])
                if high - low > flat { return nil }
            }
        }
        return .init(
            warning: "the painting is one flat colour: the object will become the same",
            hint: "is it the right file? a style needs strokes or texture")
    }
}
