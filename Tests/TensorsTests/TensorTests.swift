import Tensors
import TestSupport
import Testing

@Suite struct TensorTests {
    @Test func `a copy keeps its values when the original is written to`() {
        var original = Tensor(shape: [2, 2], values: [1, 2, 3, 4])
        let copy = original
        original.scale(by: 10)
        #expect(copy.values == [1, 2, 3, 4])
        #expect(original.values == [10, 20, 30, 40])
    }

    @Test func `results do not depend on what their memory held before`() {
        // Each as large as blocks of the pool, and with ends of rows and panels that are not full.
        let a = Tensor.random([301, 131], seed: 1), b = Tensor.random([131, 139], seed: 2)
        func results() -> [FloatBuffer] {
            [
                a.product(b), b.columnProducts(), a.transposed(), Tensor.combination([a, a], [2, -0.5]),
            ].map(\.values)
        }
        let expected = results()
        #expect(expected.joined().allSatisfy { $0.isFinite })
        for value in [Float.nan, 7] {
            // More blocks of each size than the results and all that goes before them take.
            _ = expected.map { result in (0..<16).map { _ in Tensor(shape: [result.count], repeating: value) } }
            #expect(results() == expected)
        }
    }

    @Test(arguments: [0, 1, 17, 4099]) func `absolute sums equal those in Double`(count: Int) {
        let x = Tensor.random([count], seed: 1)
        #expect(abs(x.absoluteSum - x.values.reduce(0) { $0 + abs(Double($1)) }) <= 1e-9)
    }

    @Test(arguments: [[1, 1], [3, 5], [70, 16], [33, 200]]) func `a transposed matrix has rows for columns`(
        shape: [Int]
    ) {
        let matrix = Tensor.random(shape, seed: 4)
        let transposed = matrix.transposed()
        #expect(transposed.shape == [shape[1], shape[0]])
        let values = matrix.values
        let expected = (0..<shape[1] * shape[0]).map { values[$0 % shape[0] * shape[1] + $0 / shape[0]] }
        #expect(transposed.values == expected)
    }

    @Test func `every part of a parallel loop runs once`() {
        let counts = UnsafeMutableBufferPointer<Int>.allocate(capacity: 1003)
        counts.initialize(repeating: 0)
        defer { counts.deallocate() }
        nonisolated(unsafe) let shared = counts
        parallelFor(1003, inPartsOf: 10) { for i in $0 { shared[i] += 1 } }
        #expect(counts.allSatisfy { $0 == 1 })
    }
}

@Suite struct MemoryPoolTests {
    private let pool = MemoryPool(), megabyte = 1 << 20

    @Test func `released neighbours make room for a larger block`() {
        let blocks = (0..<3).map { _ in pool.take(megabyte) }
        #expect(blocks[1] == blocks[0] + megabyte && blocks[2] == blocks[1] + megabyte)
        pool.release(blocks[0], megabyte)
        pool.release(blocks[1], megabyte)
        #expect(pool.take(2 * megabyte) == blocks[0])
    }

    @Test func `the first block that is large enough is taken, and the rest stays free`() {
        let sizes = [4, 1, 2, 1].map { $0 * megabyte }
        let blocks = sizes.map { pool.take($0) }
        pool.release(blocks[0], sizes[0])
        pool.release(blocks[2], sizes[2])
        #expect(pool.take(3 * megabyte) == blocks[0])
        #expect(pool.take(2 * megabyte) == blocks[2])
        #expect(pool.take(megabyte) == blocks[0] + 3 * megabyte)
    }

    @Test func `draining keeps what is in use`() {
        let (kept, freed) = (pool.take(megabyte), pool.take(megabyte))
        kept.storeBytes(of: 7, toByteOffset: megabyte - 8, as: Int.self)
        pool.release(freed, megabyte)
        pool.drain()
        #expect(kept.load(fromByteOffset: megabyte - 8, as: Int.self) == 7)
        #expect(pool.take(megabyte) == freed)
    }
}

@Suite struct SortingTests {
    @Test(arguments: [1, 2, 3, 100, 5000])
    func `the order is that of a stable comparison sort`(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let special: [Float] = [
            0, -0.0, 1, -1, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNormalMagnitude, 3.5,
        ]
        let values = (0..<count).map { i in
            i % 3 == 0 ? special[i / 3 % special.count] : Float.random(in: -2...2, using: &generator)
        }
        let expected = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        let order = values.withUnsafeBufferPointer {
            Sorting.withAscendingOrder(of: $0.baseAddress!, count: count) { order in (0..<count).map { Int(order[$0]) }
            }
        }
        #expect(order == expected)
    }
}
