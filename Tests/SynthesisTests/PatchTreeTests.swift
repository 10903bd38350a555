import Imaging
import Testing

@testable import Synthesis

/// A painting's patches and their plain distances.
struct PatchSample {
    let size: Size
    let side: Int
    let weights = GuideWeights()
    let planes: GuidePlanes
    let source: PatchSource

    init(_ painting: Image, side: Int) {
        (size, self.side) = (painting.size, side)
        planes = GuidePlanes(of: LabImage(painting), weights, scale: 1)
        source = PatchSource(planes, of: painting.size, weights, side: side)
    }

    /// The weighted channels of `part`, whose edges are repeated beyond the painting's.
    func values(_ part: Region) -> [Float] {
        var result = [Float](repeating: 0, count: part.size.pixelCount * 8)
        planes.interleave(part, into: &result, stride: part.columns.count * 8, weights)
        return result
    }

    /// The n×n×8 values of the patch of the source around `centre`.
    func patch(_ centre: SIMD2<Int32>) -> [Float] {
        guard let offset = source.locate(centre)?.offset else { return [] }
        return source.read { values in
            (0..<side).flatMap { y in (0..<8 * side).map { values[offset + y * source.stride + $0] } }
        }
    }

    static func distance(_ a: [Float], _ b: [Float]) -> Double {
        zip(a, b).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
    }
}

@Suite struct PatchTreeTests {
    /// The three patterns of a channel.
    private func patterns(_ side: Int) -> [[Double]] {
        let radius = side / 2, norm = Double(side * (side - 1)).squareRoot()
        let pixels = (0..<side * side).map { (x: $0 % side, y: $0 / side) }
        return [
            pixels.map { _ in 1 / Double(side) }, pixels.map { Double(($0.x - radius).signum()) / norm },
            pixels.map { Double(($0.y - radius).signum()) / norm },
        ]
    }

    private func descriptor(_ patch: [Float], _ side: Int) -> PatchTree.Descriptor {
        PatchTree.descriptor(patch, stride: 8 * side, side: side)
    }

    private func random(_ side: Int, _ generator: inout SeededGenerator) -> [Float] {
        (0..<side * side * 8).map { _ in .random(in: -1...1, using: &generator) }
    }

    @Test(arguments: [3, 5, 7, 9])
    func `descriptors are projections on orthonormal patterns, and no further apart than patches`(side: Int) {
        let patterns = patterns(side)
        for (i, a) in patterns.enumerated() {
            for (j, b) in patterns.enumerated() {
                #expect(abs(zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } - (i == j ? 1 : 0)) < 1e-12)
            }
        }
        var generator = SeededGenerator(seed: 1)
        for round in 0..<50 {
            let patch = random(side, &generator), found = descriptor(patch, side)
            for i in 0..<PatchTree.dimensions {
                let plain = patterns[i / 8].indices.reduce(0.0) {
                    $0 + patterns[i / 8][$1] * Double(patch[8 * $1 + i % 8])
                }
                #expect(abs(Double(found[i]) - plain) < 1e-5)
            }
            // Another patch; in half of the rounds one that differs in the patterns only, where both are equal.
            var other = random(side, &generator)
            if round % 2 == 0 {
                other = patch.indices.map { i in
                    patch[i] + Float(patterns.enumerated().reduce(0) { $0 + Double($1.0 + 1) * $1.1[i / 8] })
                }
            }
            let distance = Double(found.distance(to: descriptor(other, side)))
            let patches = PatchSample.distance(patch, other)
            #expect(distance <= patches * (1 + 1e-5))
            if round % 2 == 0 { #expect(abs(distance - patches) < 1e-4 * patches) }
        }
    }

    @Test func `a patch of one pixel is described by its values`() {
        let found = descriptor([1, 2, 3, 4, 5, 6, 7, 8], 1)
        #expect(found.mean == [1, 2, 3, 4, 5, 6, 7, 8] && found.across == .zero && found.down == .zero)
    }

    @Test(arguments: [(60, 47, 7, 1), (60, 47, 7, 2), (33, 70, 5, 3), (11, 11, 9, 1)])
    func `all leaves together give the nearest descriptors`(width: Int, height: Int, side: Int, step: Int) {
        let sample = PatchSample(Sample.painting(width, height, seed: 1), side: side)
        let region = sample.source.centres
        let tree = PatchTree(sample.source, side: side, centres: region, step: step)
        let all = stride(from: region.rows.lowerBound, to: region.rows.upperBound, by: step).flatMap { y in
            stride(from: region.columns.lowerBound, to: region.columns.upperBound, by: step).map {
                SIMD2(Int32($0), Int32(y))
            }
        }
        let descriptors = all.map { descriptor(sample.patch($0), side) }, known = Set(all)
        var generator = SeededGenerator(seed: 2), scratch = PatchTree.Scratch(), found: [SIMD2<Int32>] = []
        for round in 0..<60 {
            // Patches of the painting with noise, and others far from any.
            let noise: Float = [0, 0.05, 3][round % 3]
            let patch = sample.patch(all[Int.random(in: 0..<all.count, using: &generator)])
                .map { $0 + noise * .random(in: -1...1, using: &generator) }
            let query = descriptor(patch, side)
            let distances = descriptors.map { $0.distance(to: query) }.sorted()
            for count in [1, 4] {
                tree.nearest(to: query, count: count, leaves: .max, into: &found, &scratch)
                let own = found.map { descriptor(sample.patch($0), side).distance(to: query) }
                #expect(own == Array(distances.prefix(count)))
                #expect(Set(found).count == found.count && found.allSatisfy(known.contains))
                // Some of the leaves: none nearer, in the same order.
                tree.nearest(to: query, count: count, leaves: 2, into: &found, &scratch)
                let some = found.map { descriptor(sample.patch($0), side).distance(to: query) }
                #expect(some == some.sorted() && zip(own, some).allSatisfy { $0 <= $1 })
                #expect(Set(found).count == found.count && found.allSatisfy(known.contains))
            }
        }
    }

    @Test func `a painting of one colour has a tree`() {
        let sample = PatchSample(Sample.flat(40, 40, SIMD3(0.2, 0.5, 0.7)), side: 7)
        let tree = PatchTree(sample.source, side: 7, centres: sample.source.centres, step: 1)
        var scratch = PatchTree.Scratch(), found: [SIMD2<Int32>] = []
        let query = descriptor(sample.patch([20, 20]), 7)
        tree.nearest(to: query, count: 4, leaves: 3, into: &found, &scratch)
        #expect(Set(found).count == 4)
    }
}
