internal import CKernels
internal import Compute
internal import Geometry
internal import Imaging

/// The search for the best match of each patch: coherence (Ashikhmin 2001), the matches of neighbouring pixels shifted
/// by their offset, and a k-d tree over the painting's patches, as combined by Hertzmann et al. (2001).
///
/// Pixels are visited in 16 phases, one of a 4×4 grid each, so that a pixel sees the latest matches of its neighbours
/// and the latest use counts, and all pixels of a phase can be searched in parallel with the same result for any number
/// of threads.
struct PatchSearch {
    /// The painting's patches, and the centres that may be matched.
    let source: PatchSource
    let valid: Region
    /// The patches for the global search; nil: the matches that there are, and those next to them, are improved only.
    let tree: PatchTree?
    /// n.
    let side: Int
    /// The cost of each other use of the same match.
    let usePenalty: Float
    /// What a match costs by the direction of its strokes; nil: nothing.
    let direction: DirectionGuide?

    private let level = Instructions.most.rawValue
    /// The number of uses of each of the painting's patches.
    private var uses: [Int32]

    /// The candidates taken from the tree, the leaves visited, and one over the fraction of pixels that ask it in a
    /// round.
    private static let candidates = 8, leaves = 12, turns = 4
    /// The order of the phases: neighbours lie far apart in it.
    private static let phases = [0, 10, 2, 8, 5, 15, 7, 13, 1, 11, 3, 9, 4, 14, 6, 12]

    init(
        _ source: PatchSource, side: Int, centres valid: Region, treeStep: Int?, usePenalty: Float,
        direction: DirectionGuide? = nil
    ) {
        (self.source, self.valid, self.side, self.usePenalty) = (source, valid, side, usePenalty)
        self.direction = direction
        tree = treeStep.map { PatchTree(source, side: side, centres: valid, step: $0) }
        uses = Array(repeating: 0, count: source.count)
    }

    /// Improves the matches where `mask` is above 0 for the `target`: 8 values per pixel, padded by n/2 pixels on each
    /// side.
    mutating func improve(
        _ field: inout PatchField, at mask: Mask, _ target: FloatBuffer, round: Int, sweeps: Int
    ) {
        let size = field.size
        var classes = [[Int32]](repeating: [], count: 16)
        for i in 0..<mask.values.count where mask.values[i] > 0 {
            classes[i / size.width % 4 * 4 + i % size.width % 4].append(Int32(i))
        }
        uses = Array(repeating: 0, count: uses.count)
        for centre in field.centres where centre.x >= 0 { use(centre, 1) }
        for sweep in 0..<sweeps {
            for phase in Self.phases { visit(classes[phase], &field, target, asksTree: sweep == 0, round: round) }
        }
    }

    private mutating func use(_ centre: SIMD2<Int32>, _ change: Int32) {
        if let place = source.locate(centre)?.place { uses[place] += change }
    }

    private mutating func visit(
        _ pixels: [Int32], _ field: inout PatchField, _ target: FloatBuffer, asksTree: Bool, round: Int
    ) {
        let size = field.size
        var found = [SIMD2<Int32>](repeating: SIMD2(repeating: -1), count: pixels.count)
        found.withUnsafeMutableBufferPointer { found in
            nonisolated(unsafe) let found = found
            field.centres.withUnsafeBufferPointer { centres in
                source.read { source in
                    target.read { target in
                        let stride = (size.width + side - 1) * GuidePlanes.channels
                        parallelFor(pixels.count, inPartsOf: 256) { part in
                            var visit = Visit(search: self, source: source, size: size, centres: centres)
                            for i in part {
                                let pixel = Int(pixels[i]), x = pixel % size.width, y = pixel / size.width
                                let isTurn = asksTree && (x / 4 + 2 * (y / 4) + round) % Self.turns == 0
                                found[i] = visit.match(
                                    x, y, target + y * stride + x * GuidePlanes.channels, stride,
                                    asksTree: isTurn || centres[pixel].x < 0)
                            }
                        }
                    }
                }
            }
        }
        for (i, pixel) in pixels.enumerated() {
            let old = field.centres[Int(pixel)], new = found[i]
            guard old != new else { continue }
            if old.x >= 0 { use(old, -1) }
            use(new, 1)
            field.centres[Int(pixel)] = new
        }
    }

    /// The search at one pixel after the other.
    private struct Visit {
        let search: PatchSearch
        let source: UnsafePointer<Float>
        let size: Size
        let centres: UnsafeBufferPointer<SIMD2<Int32>>

        private var candidates: [SIMD2<Int32>] = [], near: [SIMD2<Int32>] = []
        private var patches: [UnsafePointer<Float>?] = [], penalties: [Float] = []
        private var scratch = PatchTree.Scratch()
        /// The direction to aim at, and its length.
        private var aim = SIMD2<Float>.zero, coherence: Float = 0

        init(
            search: PatchSearch, source: UnsafePointer<Float>, size: Size, centres: UnsafeBufferPointer<SIMD2<Int32>>
        ) {
            (self.search, self.source, self.size, self.centres) = (search, source, size, centres)
        }

        mutating func match(
            _ x: Int, _ y: Int, _ target: UnsafePointer<Float>, _ stride: Int, asksTree: Bool
        ) -> SIMD2<Int32> {
            candidates.removeAll(keepingCapacity: true)
            patches.removeAll(keepingCapacity: true)
            penalties.removeAll(keepingCapacity: true)
            let pixel = y * size.width + x, current = centres[pixel]
            if let direction = search.direction {
                aim = direction.target.read { SIMD2($0[2 * pixel], $0[2 * pixel + 1]) }
                coherence = (aim * aim).sum().squareRoot()
            }
            if current.x >= 0 { add(current, current) }
            for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                guard x + dx >= 0, x + dx < size.width, y + dy >= 0, y + dy < size.height else { continue }
                let match = centres[(y + dy) * size.width + x + dx]
                if match.x >= 0 { add(SIMD2(match.x - Int32(dx), match.y - Int32(dy)), current) }
            }
            guard let tree = search.tree else {
                for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] where current.x >= 0 {
                    add(SIMD2(current.x + Int32(dx), current.y + Int32(dy)), current)
                }
                return best(target, stride, current)
            }
            if asksTree {
                tree.nearest(
                    to: PatchTree.descriptor(target, stride: stride, side: search.side),
                    count: PatchSearch.candidates, leaves: PatchSearch.leaves, into: &near, &scratch)
                for centre in near { add(centre, current) }
            }
            return best(target, stride, current)
        }

        /// The candidate of least cost.
        private func best(_ target: UnsafePointer<Float>, _ stride: Int, _ current: SIMD2<Int32>) -> SIMD2<Int32> {
            var cost = Float.infinity
            let best = ckernels_nearest_patch(
                target, stride, patches, search.source.stride, penalties, patches.count, search.side, &cost,
                search.level)
            return best >= 0 ? candidates[Int(best)] : current
        }

        private mutating func add(_ centre: SIMD2<Int32>, _ current: SIMD2<Int32>) {
            let valid = search.valid
            guard valid.columns.contains(Int(centre.x)), valid.rows.contains(Int(centre.y)),
                !candidates.contains(centre), let (place, offset) = search.source.locate(centre)
            else { return }
            candidates.append(centre)
            var penalty = search.usePenalty * Float(search.uses[place] - (centre == current ? 1 : 0))
            if let direction = search.direction {
                let i = 2 * (Int(centre.y) * direction.width + Int(centre.x))
                let strokes = direction.source.read { SIMD2($0[i], $0[i + 1]) }
                penalty += direction.weight * (coherence - (aim * strokes).sum())
            }
            penalties.append(penalty)
            patches.append(source + offset)
        }
    }
}
