package import Imaging
internal import NeuralNet

/// Everything about the scene that does not depend on a network: the painting P, the composite C and the masks, all of
/// the painting's size.
package struct Composition: Sendable {
    /// The painting P.
    package let painting: Image
    /// C = M·O + (1−M)·P.
    package let composite: Image
    /// The tight mask M.
    package let mask: Mask
    /// The loose mask D, 0 or 1: the pixels that may change.
    package let looseMask: Mask
    /// B, the tight mask blurred by a 7×7 Gaussian with σ = 1.5: how much of the result shows.
    package let blendMask: Mask

    /// The scene of an object placed in a painting.
    ///
    /// Throws ``HarmonizationError/paintingTooSmall(_:smallest:)`` for a painting that leaves nothing at the deepest
    /// tap, ``HarmonizationError/placedSize(_:painting:)`` for an object placed in a frame of another size, and
    /// ``HarmonizationError/faintMask(largest:)`` for a mask that nowhere exceeds 0.1.
    package init(painting: Image, object: PlacedObject) throws(HarmonizationError) {
        let smallest = VGG16.smallestSide
        guard min(painting.width, painting.height) >= smallest else {
            throw .paintingTooSmall(painting.size, smallest: smallest)
        }
        guard object.image.size == painting.size else {
            throw .placedSize(object.image.size, painting: painting.size)
        }
        let largest = object.mask.values.max() ?? 0
        guard largest > 0.1 else { throw .faintMask(largest: largest) }
        self.painting = painting
        composite = painting.composited(with: object.image, mask: object.mask)
        mask = object.mask
        looseMask = object.looseMask ?? object.mask.loosened()
        blendMask = object.mask.blurred(size: 7, sigma: 1.5)
    }

    /// B·x + (1−B)·P, clamped to 0…1. Where B is 0 this is the painting, to the bit.
    package func blend(_ x: Image) -> Image {
        var result = painting.composited(with: x, mask: blendMask)
        for i in blendMask.values.indices where blendMask.values[i] != 0 {
            for c in 3 * i..<3 * i + 3 { result.values[c] = min(max(result.values[c], 0), 1) }
        }
        return result
    }
}
