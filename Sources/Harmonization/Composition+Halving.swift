package import Imaging
internal import NeuralNet

/// The scene at smaller sizes, where strokes and shapes are found before they are painted at full size.
extension Composition {
    /// The scene at half the size; nil where too little is left of the painting or of the object.
    package var halved: Composition? {
        guard let object = object?.halved else { return nil }
        return try? Composition(painting: painting.halved, object: object, reach: reach)
    }

    /// The composite with what `picture`, of the crop of the scene at `half` the size, changed in that one's composite.
    ///
    /// Only the change comes from the smaller size, by Catmull-Rom's cubic: the object's fine structure is its own.
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
