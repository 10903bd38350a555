package import Imaging
internal import NeuralNet

/// The scene at reduced sizes, for coarse-to-fine optimisation.
extension Composition {
    /// The scene at half the size; nil where the painting or the object becomes too small.
    package var halved: Composition? {
        guard let object = object?.halved else { return nil }
        return try? Composition(
            painting: painting.halved, object: object, original: originalObject?.halved, reach: reach)
    }

    /// The composite plus the change from `half`'s composite to `picture` (of `half`'s crop), upsampled where D = 1.
    ///
    /// Only the change is upsampled, by the Catmull-Rom cubic, so the object keeps its fine structure.
    package func carried(_ picture: Image, from half: Composition) -> Image {
        var change = picture
        for (i, value) in half.composite.values.enumerated() { change.values[i] -= value }
        let large = change.doubled
        let (left, top) = (
            crop.columns.lowerBound - 2 * half.crop.columns.lowerBound,
            crop.rows.lowerBound - 2 * half.crop.rows.lowerBound
        )
        var result = composite
        for y in max(0, -top)..<min(result.height, large.height - top) {
            for x in max(0, -left)..<min(result.width, large.width - left) where looseMask[x, y] > 0 {
                result[x, y] += large[x + left, y + top]
            }
        }
        return result
    }
}
