internal import Foundation
internal import Imaging
internal import Tensors
internal import TestSupport

/// Deterministic synthetic paintings of any size, with fields of colour, strokes and grain.
enum SyntheticPictures {
    /// A square painting.
    static func painting(side: Int, seed: UInt64) -> Image {
        var generator = SeededGenerator(seed: seed)
        var image = fields(side: side, &generator)
        for _ in 0..<max(1, side * side / 4000) { paintStroke(on: &image, &generator) }
        for i in image.values.indices {
            let grain = Float.random(in: -0.03...0.03, using: &generator)
            image.values[i] = min(max(image.values[i] + grain, 0), 1)
        }
        return image
    }

    /// The antialiased disc that fills a square.
    static func ellipse(side: Int) -> Mask {
        var mask = Mask(width: side, height: side, repeating: 0)
        let radius = Double(side) / 2
        for y in 0..<side {
            for x in 0..<side {
                let distance = hypot(Double(x) + 0.5 - radius, Double(y) + 0.5 - radius)
                mask[x, y] = Float(min(max(radius - distance, 0), 1))
            }
        }
        return mask
    }

    /// Each channel is the product of a horizontal and a vertical sine wave.
    private static func fields(side: Int, _ generator: inout SeededGenerator) -> Image {
        func wave() -> [Float] {
            let (frequency, phase) = (
                Double.random(in: 1...4, using: &generator), Double.random(in: 0...6, using: &generator)
            )
            return (0..<side).map { Float(sin(2 * .pi * frequency * Double($0) / Double(side) + phase)) }
        }
        let across = [wave(), wave(), wave()], down = [wave(), wave(), wave()]
        var image = Image(width: side, height: side, values: Array(repeating: 0, count: 3 * side * side))
        for y in 0..<side {
            for x in 0..<side {
                for c in 0..<3 { image.values[(y * side + x) * 3 + c] = 0.5 + 0.35 * across[c][x] * down[c][y] }
            }
        }
        return image
    }

    /// Paints a short thick line in a colour near that at its start.
    private static func paintStroke(on image: inout Image, _ generator: inout SeededGenerator) {
        let (side, limit) = (image.width, Float(image.width - 1))
        let start = SIMD2<Float>(
            .random(in: 0...limit, using: &generator), .random(in: 0...limit, using: &generator))
        let angle = Float.random(in: 0 ... .pi, using: &generator)
        let length = Float.random(in: 10...50, using: &generator), radius = Float.random(in: 2...6, using: &generator)
        let tint = SIMD3<Float>.random(in: -0.25...0.25, using: &generator)
        let colour = image[Int(start.x), Int(start.y)] + tint
        let direction = SIMD2(cos(angle), sin(angle))
        let end = start + length * direction
        func range(_ a: Float, _ b: Float) -> ClosedRange<Int> {
            max(0, Int(min(a, b) - radius))...max(0, min(side - 1, Int(max(a, b) + radius)))
        }
        for y in range(start.y, end.y) {
            for x in range(start.x, end.x) where x < side && y < side {
                let offset = SIMD2(Float(x), Float(y)) - start
                let along = min(max((offset * direction).sum(), 0), length)
                let away = offset - along * direction
                if (away * away).sum() <= radius * radius { image[x, y] = colour }
            }
        }
    }
}

extension Mask {
    /// The mask in grey.
    var picture: Image { Image(width: width, height: height, values: values.flatMap { [$0, $0, $0] }) }
}
