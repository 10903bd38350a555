internal import Compute

/// Random numbers of one pixel in one iteration, seeded by seed, iteration and pixel index, so that they do not depend
/// on the order of the pixels.
struct PixelGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64, iteration: Int, pixel: Int) {
        let sweep = SeededGenerator.mixed(seed &+ UInt64(iteration) &* SeededGenerator.step)
        generator = SeededGenerator(seed: SeededGenerator.mixed(sweep ^ UInt64(pixel)))
    }

    /// A number in `range`, which has fewer than 2³² elements.
    mutating func next(in range: ClosedRange<Int>) -> Int {
        let count = UInt64(range.upperBound - range.lowerBound + 1)
        return range.lowerBound + Int(((generator.next() >> 32) &* count) >> 32)
    }
}
