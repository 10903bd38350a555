import Harmonization
import Imaging
import Tensors
import TestSupport

/// An object in a painting, both of noise, worked at at half its size first: 3 evaluations there, then 10 and 20.
struct NoiseScene {
    let painting: Image, object: PlacedObject

    /// The painting and the object, or others.
    init(painting seed: UInt64 = 1, object objectSeed: UInt64 = 2, mask value: Float = 1, x: Int = 101) throws {
        let size = Size(width: 408, height: 64)
        painting = .noise(size, seed: seed)
        let mask = Mask.box(x..<x + 39, 20..<41, in: size, of: value)
        object = try PlacedObject(.noise(size, seed: objectSeed), mask: mask, in: size)
    }

    func harmonizer(_ change: (inout Settings) -> Void = { _ in }) throws -> Harmonizer {
        var settings = Settings()
        settings.iterations = Iterations(pass1: 10, pass2: 20)
        change(&settings)
        return try Harmonizer(network: Scene.shared.network, settings: settings)
    }
}

extension Image {
    /// Uniform random values.
    static func noise(_ size: Size, in range: ClosedRange<Float> = 0...1, seed: UInt64) -> Image {
        Image(
            width: size.width, height: size.height,
            values: Tensor.random([size.height, size.width, 3], in: range, seed: seed).values)
    }
}

extension Mask {
    /// `value` in a box, and 0 around it.
    static func box(_ columns: Range<Int>, _ rows: Range<Int>, in size: Size, of value: Float = 1) -> Mask {
        var mask = Mask(width: size.width, height: size.height, repeating: 0)
        for y in rows { for x in columns { mask[x, y] = value } }
        return mask
    }
}
