import Tensors
import TestSupport
import Testing

extension Instructions {
    /// Cancels the test case, which the report then names as skipped, where the processor lacks this set.
    func require() throws {
        if !isAvailable { try Test.cancel("skipped: this processor lacks \(self)") }
    }
}

/// Each kernel in each instruction set against the loop that defines it.
@Suite struct KernelTests {
    @Test(arguments: [1, 4, 7, 8, 12, 15, 16, 17, 31, 1003], Instructions.allCases)
    func `ReLU and its gradient equal the plain loop`(count: Int, instructions: Instructions) throws {
        try instructions.require()
        let special: [Float] = [-0.0, .nan, 0, .infinity, -.infinity, .leastNonzeroMagnitude, -.nan]
        let random = Tensor.random([count], seed: 1).values
        let input = (0..<count).map { $0 % 3 == 1 ? special[$0 / 3 % special.count] : random[$0] }
        let kept = input.map { !($0 <= 0) }
        var x = input, dy = Array(Tensor.random([count], seed: 2).values)
        let gradient = dy
        var bits = [UInt8](repeating: 0xAA, count: (count + 7) / 8)
        Kernels(instructions).rectify(&x, bits: &bits, count: count)
        #expect(x.indices.allSatisfy { x[$0].bitPattern == (kept[$0] ? input[$0].bitPattern : 0) })
        #expect(kept.indices.allSatisfy { (bits[$0 / 8] >> ($0 % 8) & 1 == 1) == kept[$0] })
        Kernels(instructions).rectifyBackward(&dy, bits: bits, count: count)
        #expect(dy.indices.allSatisfy { dy[$0] == (kept[$0] ? gradient[$0] : 0) })
    }

    @Test(arguments: [(1, 1), (3, 3), (2, 4), (5, 5), (3, 16), (2, 35), (1, 66)], Instructions.allCases)
    func `poolings and their gradients equal the plain loop`(
        extent: (width: Int, channels: Int), instructions: Instructions
    ) throws {
        try instructions.require()
        let (kernels, width, channels) = (Kernels(instructions), extent.width, extent.channels)
        // Few different values, so that there are equal ones.
        func row(_ seed: UInt64) -> [Float] {
            Tensor.random([2 * width * channels], in: -2...2, seed: seed).values.map { $0.rounded() }
        }
        let rows = [row(1), row(2)], gradient = Array(Tensor.random([width * channels], seed: 3).values)
        let choiceBytes = (channels + 3) / 4
        var largest = gradient, mean = gradient, choice = [UInt8](repeating: 0xFF, count: width * choiceBytes)
        var (top, bottom, even) = (rows[0], rows[0], rows[0])
        kernels.poolMax(rows[0], rows[1], into: &largest, choice: &choice, width: width, channels: channels)
        kernels.poolMaxBackward(
            gradient, choice: choice, top: &top, bottom: &bottom, width: width, channels: channels)
        kernels.poolAverage(rows[0], rows[1], into: &mean, width: width, channels: channels)
        kernels.poolAverageBackward(gradient, into: &even, width: width, channels: channels)
        for x in 0..<width {
            for c in 0..<channels {
                let (i, left, right) = (x * channels + c, 2 * x * channels + c, (2 * x + 1) * channels + c)
                let four = [rows[0][left], rows[0][right], rows[1][left], rows[1][right]]
                let best = four.firstIndex(of: four.max() ?? .nan)
                #expect(largest[i] == four.max() && mean[i] == four.reduce(0, +) / 4)
                #expect(Int(choice[x * choiceBytes + c / 4] >> (2 * (c % 4)) & 3) == best)
                #expect(
                    [top[left], top[right], bottom[left], bottom[right]]
                        == (0..<4).map { $0 == best ? gradient[i] : 0 })
                #expect(even[left] == gradient[i] / 4 && even[right] == gradient[i] / 4)
            }
        }
    }

    static let geometries = [
        ConvolutionGeometry(kernel: (3, 3), map: [5, 7, 3], stride: 1, padTop: 1, padLeft: 1),
        ConvolutionGeometry(kernel: (3, 5), map: [6, 5, 30], stride: 2, padTop: 0, padLeft: 4),
        ConvolutionGeometry(kernel: (5, 2), map: [5, 2, 1], stride: 3, padTop: 4, padLeft: 1),
        ConvolutionGeometry(kernel: (1, 1), map: [4, 9, 17], stride: 2, padTop: 0, padLeft: 0),
    ]

    @Test(arguments: geometries, Instructions.allCases)
    func `patches are gathered and scattered as in the plain loop`(
        geometry g: ConvolutionGeometry, instructions: Instructions
    ) throws {
        try instructions.require()
        let (maps, map) = (2, g.height * g.width * g.channels)
        let x = Array(Tensor.random([maps * map], seed: 1).values)
        // The index into the maps of each value of each patch; none in the border.
        let sources = (0..<maps * g.count).flatMap { output in
            let (i, j) = (output % g.count / g.outWidth, output % g.outWidth)
            return (0..<g.size).map { k -> Int? in
                let y = i * g.stride - g.padTop + k / g.channels / g.kernelWidth
                let x = j * g.stride - g.padLeft + k / g.channels % g.kernelWidth
                guard 0..<g.height ~= y, 0..<g.width ~= x else { return nil }
                return output / g.count * map + (y * g.width + x) * g.channels + k % g.channels
            }
        }
        let outputs = 1..<maps * g.count
        var patches = [Float](repeating: .nan, count: outputs.count * g.size)
        g.gather(x, at: outputs, into: &patches, instructions)
        #expect(patches == sources.dropFirst(g.size).map { $0.map { x[$0] } ?? 0 })

        let rows = g.height / 3..<g.height, seen = g.outputs(seeing: rows)
        let values = (seen.lowerBound * g.outWidth * g.size)..<(seen.upperBound * g.outWidth * g.size)
        let gradient = Array(Tensor.random([values.count], seed: 2).values)
        var expected = [Float](repeating: 0, count: map)
        for (value, source) in zip(gradient, sources[values]) { if let source { expected[source] += value } }
        var sums = [Float](repeating: 0, count: map)
        g.scatter(gradient, into: &sums, rows: rows, instructions)
        let covered = rows.lowerBound * g.width * g.channels..<map
        #expect(sums[covered] == expected[covered])
        #expect(sums[..<covered.lowerBound].allSatisfy { $0 == 0 })
    }

    @Test(arguments: [(1, 1, 1), (9, 3, 15), (9, 4, 16), (4, 5, 37), (0, 2, 20)], Instructions.allCases)
    func `the largest sum and its place equal the plain loop`(
        extent: (terms: Int, rows: Int, width: Int), instructions: Instructions
    ) throws {
        try instructions.require()
        let (rows, width, stride) = (extent.rows, extent.width, extent.width + 2)
        // Rows of which every second is the same, so that there are equal sums.
        func repeated(_ width: Int, in range: ClosedRange<Float>, seed: UInt64) -> Tensor {
            let row = Tensor.random([2 * width], in: range, seed: seed).values
            return Tensor(shape: [rows, width], values: (0..<rows * width).map { row[$0 % (2 * width)] })
        }
        let terms = (0..<extent.terms).map { repeated(stride, in: -1...1, seed: UInt64($0)) }
        for range: ClosedRange<Float> in [0.5...1, 0...0, -1 ... -0.5] {
            let scale = repeated(width, in: range, seed: 20)
            var (largest, index) = (-Float.infinity, 0)
            for i in 0..<rows * width {
                let sum = terms.reduce(0) { $0 + $1.values[i / width * stride + i % width] } * scale.values[i]
                if sum > largest { (largest, index) = (sum, i) }
            }
            let result = withExtendedLifetime(terms) {
                scale.read {
                    Kernels(instructions).largestSum(
                        of: terms.map { $0.read { $0 } }, stride: stride, scale: $0, scaleStride: width, rows: rows,
                        width: width)
                }
            }
            #expect(result.value == largest && result.index == index)
        }
    }

    @Test(arguments: [0, 1, 15, 16, 17, 1000, 140_003], Instructions.allCases)
    func `dot products and combinations equal those in Double`(count: Int, instructions: Instructions) throws {
        try instructions.require()
        let terms = (0..<3).map { Tensor.random([count], seed: UInt64($0)) }
        let (a, b, c) = (terms[0].values, terms[1].values, terms[2].values)
        Instructions.$most.withValue(instructions) {
            let products = Tensor.dots(terms, Array(terms.dropFirst()))
            for (i, x) in terms.enumerated() {
                for (j, y) in terms.dropFirst().enumerated() {
                    let expected = zip(x.values, y.values).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                    #expect(abs(products[2 * i + j] - expected) <= 1e-12 * Double(max(count, 1)))
                }
            }
            var sum = terms[0]
            sum.add(terms[1], times: -0.5)
            #expect(Comparison(sum, zip(a, b).map { Double($0) - 0.5 * Double($1) }).error <= 1e-6)
            let expected = (0..<count).map { 2 * Double(a[$0]) - Double(b[$0]) + Double(c[$0]) / 2 }
            #expect(Comparison(Tensor.combination(terms, [2, -1, 0.5]), expected).error <= 1e-6)
        }
    }

    @Test(arguments: [(1, 1), (5, 3), (700, 4), (1537, 17), (9000, 6), (600, 48)], Instructions.allCases)
    func `column products equal the plain loop`(extent: (rows: Int, columns: Int), instructions: Instructions) throws {
        try instructions.require()
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
    func `products equal the plain loop`(extent: (n: Int, k: Int, m: Int), instructions: Instructions) throws {
        try instructions.require()
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

    @Test(
        arguments: [(1, 1), (13, 5), (700, 16), (1537, 17), (600, 130), (300, 512)],
        Instructions.allCases.filter { $0 != .baseline })
    func `the bits are those of the baseline`(
        extent: (rows: Int, columns: Int), instructions: Instructions
    ) throws {
        try instructions.require()
        let x = Tensor.random([extent.rows, extent.columns], seed: 3)
        let matrix = Tensor.random([extent.columns, extent.columns], seed: 4)
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
        func dot(_ instructions: Instructions) -> Double {
            Instructions.$most.withValue(instructions) { x.dot(x) }
        }
        #expect(results(instructions) == results(.baseline))
        #expect(dot(instructions) == dot(.baseline))
    }

    @Test(arguments: Instructions.allCases)
    func `multiply-adds are rounded once, also where a double would lie in the middle of two floats`(
        instructions: Instructions
    ) throws {
        try instructions.require()
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
}
