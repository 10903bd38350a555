import Harmonization
import Imaging
import Tensors
import TestSupport

/// An object in a painting, both of noise, worked at at half its size first: 3 and 6 evaluations there, then 10 and 20.
struct NoiseScene {
    let painting: Image, object: PlacedObject

    /// The painting and the object, or others.
    init(painting seed: UInt64 = 1, object objectSeed: UInt64 = 2, mask value: Float = 1, x: Int = 101) throws {
        let size = Size(width: 408, height: 64)
        func picture(_ seed: UInt64) -> Image {
            Image(
                width: size.width, height: size.height,
                values: Tensor.random([size.height, size.width, 3], in: 0...1, seed: seed).values)
        }
        painting = picture(seed)
        var mask = Mask(width: size.width, height: size.height, repeating: 0)
        for y in 20..<41 { for i in x..<x + 39 { mask[i, y] = value } }
        object = try PlacedObject(picture(objectSeed), mask: mask, in: size)
    }

    func harmonizer(_ change: (inout Settings) -> Void = { _ in }) throws -> Harmonizer {
        var settings = Settings()
        settings.iterations = Iterations(pass1: 10, pass2: 20)
        change(&settings)
        return try Harmonizer(network: Scene.shared.network, settings: settings)
    }
}
