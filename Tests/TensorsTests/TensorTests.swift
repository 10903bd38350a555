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

    @Test(arguments: [0, 1, 15, 16, 17, 1000, 4099])
    func `dot products and sums equal those in Double`(count: Int) {
        let a = Tensor.random([count], seed: 1), b = Tensor.random([count], seed: 2)
        let expected = zip(a.values, b.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(a.dot(b) - expected) <= 1e-12 * Double(max(count, 1)))
        #expect(abs(a.absoluteSum - a.values.reduce(0) { $0 + abs(Double($1)) }) <= 1e-9)
        var sum = a
        sum.add(b, times: -0.5)
        #expect(Comparison(sum, zip(a.values, b.values).map { Double($0) - 0.5 * Double($1) }).error <= 1e-6)
    }

    @Test(arguments: [1, 15, 17, 1024, 140_003]) func `many dot products at once are those one by one`(count: Int) {
        let a = (0..<3).map { Tensor.random([count], seed: UInt64($0)) }
        let b = (0..<2).map { Tensor.random([count], seed: UInt64(10 + $0)) }
        let products = Tensor.dots(a, b)
        for (i, x) in a.enumerated() {
            for (j, y) in b.enumerated() {
                let expected = zip(x.values, y.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                #expect(abs(products[2 * i + j] - expected) <= 1e-9 * Double(count))
            }
        }
    }

    @Test(arguments: [1, 15, 17, 140_003]) func `a combination is the sum of its terms times their factors`(count: Int)
    {
        let terms = (0..<3).map { Tensor.random([count], seed: UInt64($0)) }
        let values = terms.map(\.values)
        let expected = (0..<count).map { i in
            Double(2 * values[0][i]) - Double(values[1][i]) + Double(values[2][i]) / 2
        }
        #expect(Comparison(Tensor.combination(terms, [2, -1, 0.5]), expected).error <= 1e-6)
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

    @Test(arguments: [(1, 1), (5, 3), (700, 4), (1537, 17), (9000, 6), (600, 48)], Instructions.allCases)
    func `column products equal the plain loop`(extent: (rows: Int, columns: Int), instructions: Instructions) {
        let (rows, columns) = extent
        let x = Tensor.random([rows, columns], seed: 3)
        let v = x.values.map(Double.init)
        var expected = [Double](repeating: 0, count: columns * columns)
        for n in 0..<rows {
            for i in 0..<columns {
                for j in 0..<columns { expected[i * columns + j] += v[n * columns + i] * v[n * columns + j] }
            }
        }
        // Float sums of n products err by about √n·2⁻²⁴ of the largest sum.
        let products = Instructions.$most.withValue(instructions) { x.columnProducts() }
        let comparison = Comparison(products, expected)
        #expect(comparison.error <= 1e-5, "\(comparison)")
    }

    @Test(arguments: [(1030, 7, 5), (1, 1, 1), (23, 300, 33), (40, 16, 64), (19, 513, 16)], Instructions.allCases)
    func `products equal the plain loop`(extent: (n: Int, k: Int, m: Int), instructions: Instructions) {
        let (n, k, m) = extent
        let a = Tensor.random([n, k], seed: 4), b = Tensor.random([k, m], seed: 5)
        let (av, bv) = (a.values.map(Double.init), b.values.map(Double.init))
        var expected = [Double](repeating: 0, count: n * m)
        for i in 0..<n {
            for j in 0..<m { for l in 0..<k { expected[i * m + j] += 2 * av[i * k + l] * bv[l * m + j] } }
        }
        Instructions.$most.withValue(instructions) {
            let comparison = Comparison(a.product(b, times: 2), expected)
            #expect(comparison.error <= 1e-5, "\(comparison)")
            var transposed = Tensor(shape: [n, m], repeating: .nan)
            transposed.write { out in
                a.read { ColumnPanels(transposing: b.transposed()).multiply($0, rows: n, factor: 2, into: out) }
            }
            #expect(transposed.values == a.product(b, times: 2).values)
        }
    }

    @Test(arguments: [(700, 16), (1537, 17), (600, 130), (300, 512)])
    func `all instructions give the same bits`(rows: Int, columns: Int) {
        let x = Tensor.random([rows, columns], seed: 3), matrix = Tensor.random([columns, columns], seed: 4)
        func results(_ instructions: Instructions) -> [FloatBuffer] {
            Instructions.$most.withValue(instructions) {
                var sum = x
                sum.add(x, times: 0.3)
                return [
                    x.columnProducts().values, x.product(matrix, times: 0.3).values, sum.values,
                    Tensor.combination([x, sum, x], [0.1, -0.7, 1.3]).values,
                ]
            }
        }
        let expected = results(.avx512)
        #expect(results(.avx2) == expected)
        #expect(results(.baseline) == expected)
    }

    @Test(arguments: Instructions.allCases)
    func `multiply-adds are rounded once, also where a double would lie in the middle of two floats`(
        instructions: Instructions
    ) {
        // a·b is 2⁻²⁴·(1 − 2⁻³⁶) or about that: half the last place of numbers around 1, but for less than a double has.
        let a: [Float] = [1 + 0x1p-18, -1 - 0x1p-18, 1 - 0x1p-17, 1, 0x1p-30]
        let b: [Float] = [0x1p-24 - 0x1p-42, -0x1p-24 + 0x1p-42, 0x1p-24 + 0x1p-41, 0x1p-24, 3]
        let c: [Float] = [1, 1 + 0x1p-23, 1 + 0x1p-22, -1 - 0x1p-23, 1 - 0x1p-24, 0x1p-25]
        let triples = a.flatMap { a in b.flatMap { b in c.map { (a, b, $0) } } }
        let expected = triples.map { $0.2.addingProduct($0.0, $0.1) }
        // Rounded to a double first, some are others.
        #expect(triples.map { Float(Double($0.0) * Double($0.1) + Double($0.2)) } != expected)
        let count = triples.count
        func vector(_ values: [Float]) -> Tensor { Tensor(shape: [values.count], values: values) }
        Instructions.$most.withValue(instructions) {
            for (i, triple) in triples.enumerated() {
                // A sum of two products, of which the first is c.
                let left = Tensor(shape: [1, 2], values: [1, triple.0])
                let right = Tensor(shape: [2, 1], values: [triple.2, triple.1])
                #expect(left.product(right).values == [expected[i]], "\(triple)")
                var sum = vector([triple.2])
                sum.add(vector([triple.1]), times: triple.0)
                #expect(sum.values == [expected[i]], "\(triple)")
            }
            // Whole vectors, of which few values are difficult.
            for factor in a {
                var sum = vector(triples.map(\.2))
                sum.add(vector(triples.map(\.1)), times: factor)
                #expect(sum.values == triples.map { $0.2.addingProduct(factor, $0.1) })
                let combined = Tensor.combination([vector(triples.map(\.2)), vector(triples.map(\.1))], [1, factor])
                #expect(combined.values == sum.values)
            }
            // And a tile of products.
            let left = Tensor(shape: [count, 2], values: triples.flatMap { [1, $0.0] })
            let right = Tensor(shape: [2, count], values: triples.map(\.2) + triples.map(\.1))
            let products = left.product(right).values
            for i in 0..<count {
                #expect(
                    Array(products[i * count..<(i + 1) * count])
                        == triples.map { $0.2.addingProduct(triples[i].0, $0.1) })
            }
        }
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

    @Test func `the smallest block that is large enough is taken, and the rest stays free`() {
        let sizes = [4, 1, 2, 1].map { $0 * megabyte }
        let blocks = sizes.map { pool.take($0) }
        pool.release(blocks[0], sizes[0])
        pool.release(blocks[2], sizes[2])
        #expect(pool.take(megabyte) == blocks[2])
        #expect(pool.take(megabyte) == blocks[2] + megabyte)
        #expect(pool.take(3 * megabyte) == blocks[0])
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
        let order = values.withUnsafeBufferPointer { Sorting.ascendingOrder($0.baseAddress!, count: count) }
        #expect(order.map(Int.init) == expected)
    }
}
