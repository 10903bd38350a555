import CKernels
import Imaging
import Testing

/// The search for the nearest of a few patches, in each instruction set that the processor has.
@Suite struct PatchKernelTests {
    /// A patch, and patches at `offsets` in other values, to choose the nearest from.
    struct Problem {
        var side: Int
        var patch: [Float], stride: Int
        var values: [Float], valuesStride: Int, offsets: [Int]
        var penalties: [Float]

        /// Random values in rows that are longer than those of a patch.
        init(side: Int, count: Int, seed: UInt64) {
            var generator = SeededGenerator(seed: seed)
            func random(_ count: Int) -> [Float] { (0..<count).map { _ in .random(in: -1...1, using: &generator) } }
            (self.side, stride, valuesStride) = (side, (side + 2) * 8, (side + 9) * 8)
            patch = random(stride * side)
            values = random(valuesStride * (side + 5))
            offsets = (0..<count).map { _ in
                .random(in: 0...5, using: &generator) * (side + 9) * 8 + .random(in: 0...9, using: &generator) * 8
            }
            penalties = (0..<count).map { _ in .random(in: 0...3, using: &generator) }
        }

        /// The cost of each candidate.
        var costs: [Double] {
            zip(offsets, penalties).map { offset, penalty in
                var sum = Double(penalty)
                for y in 0..<side {
                    for i in 0..<8 * side {
                        let difference = Double(patch[y * stride + i]) - Double(values[offset + y * valuesStride + i])
                        sum += difference * difference
                    }
                }
                return sum
            }
        }

        func nearest(below limit: Float = .infinity, _ instructions: Instructions) -> (index: Int, cost: Float) {
            var cost = limit
            let index = values.withUnsafeBufferPointer { values in
                ckernels_nearest_patch(
                    patch, stride, offsets.map { offset in values.baseAddress.map { $0 + offset } }, valuesStride,
                    penalties, offsets.count, side, &cost, instructions.rawValue)
            }
            return (Int(index), cost)
        }
    }

    @Test(arguments: [1, 2, 3, 5, 7, 9], [0, 1, 4, 13])
    func `the nearest patch is the plain loop's, with the same bits in all instruction sets`(side: Int, count: Int) {
        for seed in 0..<20 as Range<UInt64> {
            let problem = Problem(side: side, count: count, seed: seed), costs = problem.costs
            let results = Instructions.available.map { problem.nearest($0) }
            for (index, cost) in results {
                #expect(index == results[0].index && cost.bitPattern == results[0].cost.bitPattern)
                guard let least = costs.min() else {
                    #expect(index == -1 && cost == .infinity)
                    continue
                }
                #expect(abs(Double(cost) - least) <= 1e-6 * least)
                #expect(costs.indices.contains(index) && costs[index] <= least * (1 + 1e-6))
            }
        }
    }

    @Test(arguments: Instructions.available)
    func `penalties count, and of equals the first wins`(instructions: Instructions) {
        var problem = Problem(side: 5, count: 4, seed: 1)
        problem.offsets = Array(repeating: problem.offsets[0], count: 4)
        problem.penalties = [2, 1, 1, 1.5]
        let (index, cost) = problem.nearest(instructions)
        #expect(index == 1)
        problem.penalties = [0, 0, 0, 0]
        let plain = problem.nearest(instructions)
        #expect(plain.index == 0 && abs(cost - plain.cost - 1) < 1e-5)
    }

    @Test(arguments: Instructions.available)
    func `only costs below the limit are found`(instructions: Instructions) {
        var problem = Problem(side: 7, count: 6, seed: 2)
        let (index, least) = problem.nearest(instructions)
        let at = problem.nearest(below: least, instructions)
        #expect(at.index == -1 && at.cost == least)
        let above = problem.nearest(below: least.nextUp, instructions)
        #expect(above.index == index && above.cost == least)
        // A penalty of the limit rules out a perfect match.
        for y in 0..<7 {
            for i in 0..<56 {
                problem.patch[y * problem.stride + i] =
                    problem.values[problem.offsets[3] + y * problem.valuesStride + i]
            }
        }
        problem.penalties = [9999, 9999, 9999, 5, 9999, 9999]
        #expect(problem.nearest(below: 5, instructions).index == -1)
        #expect(problem.nearest(below: 5.5, instructions) == (3, 5))
    }

    @Test(arguments: [1, 3, 7], Instructions.available)
    func `values that are not a number never win`(side: Int, instructions: Instructions) {
        for pixel in 0..<side * side {
            var problem = Problem(side: side, count: 2, seed: 3)
            // The first candidate is perfect but for one value, and has a row of its own.
            let first = problem.values.count
            let margin = [Float](repeating: 0, count: problem.valuesStride - 8 * side)
            for y in 0..<side {
                problem.values += problem.patch[y * problem.stride..<y * problem.stride + 8 * side]
                problem.values += margin
            }
            problem.offsets[0] = first
            problem.penalties = [0, 0]
            #expect(problem.nearest(instructions) == (0, 0))
            problem.values[first + pixel / side * problem.valuesStride + pixel % side * 8 + pixel % 8] = .nan
            #expect(problem.nearest(instructions).index == 1)
            problem.penalties[1] = .nan
            #expect(problem.nearest(instructions) == (-1, .infinity))
        }
        var problem = Problem(side: side, count: 3, seed: 4)
        #expect(problem.nearest(below: .nan, instructions).index == -1)
        problem.patch[(side - 1) * problem.stride + 8 * side - 1] = .nan
        #expect(problem.nearest(instructions) == (-1, .infinity))
    }
}
