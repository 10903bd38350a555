import Imaging
import Testing

@testable import Synthesis

@Suite struct PatchSearchTests {
    /// The target's values, padded by n/2 pixels on each side, and a mask of all of it.
    private func padded(_ image: Image, _ side: Int, _ weights: GuideWeights) -> (FloatBuffer, Mask) {
        let around = Region.whole(of: image.size).grown(by: side / 2)
        let planes = GuidePlanes(of: LabImage(image), weights, scale: 1)
        let values = FloatBuffer(count: around.size.pixelCount * 8) {
            planes.interleave(around, into: $0, stride: around.columns.count * 8, weights)
        }
        return (values, Mask(width: image.width, height: image.height, repeating: 1))
    }

    /// The cost of each match without penalties; nil where there is none.
    private func costs(_ field: PatchField, _ target: FloatBuffer, _ sample: PatchSample) -> [Double?] {
        let side = sample.side, stride = (field.size.width + side - 1) * 8
        return field.centres.enumerated().map { i, centre in
            guard centre.x >= 0 else { return nil }
            let patch = (0..<side).flatMap { y in
                (0..<8 * side).map { target[(i / field.size.width + y) * stride + i % field.size.width * 8 + $0] }
            }
            return PatchSample.distance(patch, sample.patch(centre))
        }
    }

    private func search(_ sample: PatchSample, treeStep: Int? = 2, usePenalty: Float = 0) -> PatchSearch {
        PatchSearch(
            sample.source, side: sample.side, centres: sample.source.centres, treeStep: treeStep,
            usePenalty: usePenalty)
    }

    @Test(arguments: [7, 5], [2, nil])
    func `without a penalty of use no cost ever rises`(side: Int, treeStep: Int?) {
        let sample = PatchSample(Sample.painting(50, 41, seed: 1), side: side)
        let target = Sample.painting(29, 26, seed: 2), (values, mask) = padded(target, side, sample.weights)
        var generator = SeededGenerator(seed: 3), field = PatchField(size: target.size, side: side)
        for i in field.centres.indices {
            let centre = (Int32.random(in: 3..<47, using: &generator), Int32.random(in: 3..<38, using: &generator))
            field.centres[i] = SIMD2(centre.0, centre.1)
        }
        var search = search(sample, treeStep: treeStep)
        var before = costs(field, values, sample)
        let first = before.reduce(0) { $0 + ($1 ?? 0) }
        for round in 0..<5 {
            search.improve(&field, at: mask, values, round: round, sweeps: 1)
            let after = costs(field, values, sample)
            for (old, new) in zip(before, after) {
                guard let old, let new else {
                    Issue.record("every pixel has a match")
                    return
                }
                #expect(new <= old * (1 + 1e-5))
            }
            before = after
        }
        #expect(before.reduce(0) { $0 + ($1 ?? 0) } < 0.6 * first)
        #expect(
            field.centres.allSatisfy {
                sample.source.centres.columns.contains(Int($0.x)) && sample.source.centres.rows.contains(Int($0.y))
            })
    }

    @Test(arguments: [(11, 7), (10, 8), (3, 3)])
    func `a target cut out of the painting is found`(left: Int, top: Int) {
        let sample = PatchSample(Sample.painting(60, 50, seed: 4), side: 7)
        let part = Region(columns: left..<left + 25, rows: top..<top + 22)
        let values = FloatBuffer(sample.values(part.grown(by: 3)))
        var field = PatchField(size: part.size, side: 7), search = search(sample)
        search.improve(
            &field, at: Mask(width: 25, height: 22, repeating: 1), values, round: 0, sweeps: 2)
        #expect(
            field.centres.indices.allSatisfy {
                field.centres[$0] == SIMD2(Int32(left + $0 % 25), Int32(top + $0 / 25))
            })
        // The exact matches stay, whatever else is near.
        let exact = field
        search.improve(&field, at: Mask(width: 25, height: 22, repeating: 1), values, round: 1, sweeps: 1)
        #expect(field.centres == exact.centres)
    }

    @Test func `a penalty of use spreads the matches`() {
        let sample = PatchSample(Sample.painting(50, 41, seed: 5), side: 7)
        // One colour: there is one best match, to which the pixels of a phase still go together.
        let target = Sample.flat(30, 30, SIMD3(repeating: 0.5)), (values, mask) = padded(target, 7, sample.weights)
        let most = ([0, 0.5, 50] as [Float]).map { penalty -> Int in
            var field = PatchField(size: target.size, side: 7), search = search(sample, usePenalty: penalty)
            for round in 0..<3 { search.improve(&field, at: mask, values, round: round, sweeps: 2) }
            var uses: [SIMD2<Int32>: Int] = [:]
            for centre in field.centres { uses[centre, default: 0] += 1 }
            return uses.values.max() ?? 0
        }
        #expect(most[0] > 10 * most[1] && most[0] > 10 * most[2], "\(most)")
    }

    @Test func `only pixels of the mask get matches, and without a tree only near others`() {
        let sample = PatchSample(Sample.painting(50, 41, seed: 6), side: 5)
        let target = Sample.painting(20, 20, seed: 7), (values, _) = padded(target, 5, sample.weights)
        let mask = Sample.mask(20, 20, 4..<16, 2..<9)
        var field = PatchField(size: target.size, side: 5)
        var tree = search(sample), none = search(sample, treeStep: nil)
        none.improve(&field, at: mask, values, round: 0, sweeps: 2)
        #expect(field.centres.allSatisfy { $0 == [-1, -1] })
        tree.improve(&field, at: mask, values, round: 0, sweeps: 2)
        #expect(field.centres.indices.allSatisfy { (field.centres[$0].x >= 0) == (mask.values[$0] > 0) })
        // From one match to all of the mask.
        field = PatchField(size: target.size, side: 5)
        field.centres[5 * 20 + 8] = [20, 20]
        none.improve(&field, at: mask, values, round: 0, sweeps: 12)
        #expect(field.centres.indices.allSatisfy { (field.centres[$0].x >= 0) == (mask.values[$0] > 0) })
    }

    @Test func `matches are the same for any number of threads and instruction set`() {
        let sample = PatchSample(Sample.painting(50, 41, seed: 8), side: 7)
        let target = Sample.painting(60, 50, seed: 9), (values, mask) = padded(target, 7, sample.weights)
        func matches() -> [SIMD2<Int32>] {
            var field = PatchField(size: target.size, side: 7), search = search(sample, usePenalty: 0.3)
            for round in 0..<2 { search.improve(&field, at: mask, values, round: round, sweeps: 2) }
            return field.centres
        }
        let expected = matches()
        for threads in 1...3 { #expect(Parallel.with(threads: threads, matches) == expected) }
        for set in Instructions.available { #expect(Instructions.$most.withValue(set, operation: matches) == expected) }
    }
}
