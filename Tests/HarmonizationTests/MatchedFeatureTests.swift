import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

@Suite struct MatchedFeatureLossTests {
    /// A map whose patches reach its edges, and targets of which some lie outside the painting.
    private struct Example {
        let features, targets: Tensor
        let positions: [Int], rows: [Int32]
        let size = Size(width: 5, height: 6)

        /// With 16 channels and more, sums are made in vectors.
        init(channels: Int, positions: [Int] = [0, 4, 7, 8, 12, 13, 14, 25, 29]) {
            features = .random([6, 5, channels], in: 0...2, seed: 1)
            targets = .random([20, channels], in: 0...2, seed: 2)
            self.positions = positions
            var generator = SeededGenerator(seed: 3)
            rows = (0..<9 * positions.count).map { _ in max(-1, Int32.random(in: -3..<20, using: &generator)) }
        }

        var loss: MatchedFeatureLoss {
            MatchedFeatureLoss(at: positions, in: size, targets: targets, rows: rows, part: 0.5)
        }

        /// The loss by its definition, in Double.
        func plain(_ features: Tensor) -> Double {
            let channels = targets.shape[1], (f, t) = (features.values, targets.values)
            var sum = 0.0
            for (i, position) in positions.enumerated() {
                var (product, own, target) = (0.0, 1e-6, 1e-6)
                for k in 0..<9 {
                    let (y, x) = (position / 5 + k / 3 - 1, position % 5 + k % 3 - 1), row = Int(rows[9 * i + k])
                    for c in 0..<channels {
                        let isInside = (0..<6).contains(y) && (0..<5).contains(x)
                        let a = isInside ? Double(f[(y * 5 + x) * channels + c]) : 0
                        let b = row >= 0 ? Double(t[row * channels + c]) : 0
                        (product, own, target) = (product + a * b, own + a * a, target + b * b)
                    }
                }
                sum += 1 - product / (own.squareRoot() * target.squareRoot())
            }
            return 0.5 * sum / Double(positions.count)
        }
    }

    @Test(arguments: [1, 3, 16, 37]) func `the value is that of plain loops`(channels: Int) {
        let example = Example(channels: channels)
        var gradient = Tensor(shape: example.features.shape, repeating: 0)
        let value = example.loss(example.features, into: &gradient), expected = example.plain(example.features)
        #expect(abs(value / expected - 1) <= 1e-5)
        for part in [Tensor(shape: example.features.shape, repeating: 0), example.features] {
            var ignored = gradient
            #expect(abs(example.loss(part, into: &ignored) - example.plain(part)) <= 1e-6)
        }
    }

    @Test(arguments: [1, 3, 16, 37]) func `the gradient is that of the value, and a wrong one is found out`(
        channels: Int
    ) {
        let example = Example(channels: channels), x = example.features
        var gradient = Tensor(shape: x.shape, repeating: 0)
        let value = example.loss(x, into: &gradient)
        let check = GradientCheck(step: 1e-3)
        #expect(check.error(of: gradient, at: x) { example.plain($0) } <= 1e-3)
        #expect(check.error(of: check.spoiled(gradient), at: x) { example.plain($0) } > 5e-2)
        // The weight scales the gradient, which is added, and leaves the value alone.
        var weighted = Tensor(shape: x.shape, repeating: 1)
        #expect(example.loss(x, weight: 3, into: &weighted) == value)
        #expect(Comparison(weighted, gradient.values.map { 1 + 3 * Double($0) }).error <= 1e-6)
    }

    @Test func `it is 0 at the targets, of whatever scale, and without positions`() {
        let size = Size(width: 5, height: 6), map = Tensor.random([6, 5, 20], in: 0...2, seed: 4)
        var gathering = RowGathering(Array(0..<30), channels: 20)
        var scaled = map
        scaled.scale(by: 7)
        gathering.add(scaled, first: 0)
        let patches = gathering.patches(around: Array(0..<30), in: size)
        let loss = MatchedFeatureLoss(
            at: Array(0..<30), in: size, targets: patches.features, rows: patches.rows, part: 1)
        var gradient = Tensor(shape: map.shape, repeating: 0)
        #expect(abs(loss(map, into: &gradient)) <= 1e-6)
        #expect(gradient.values.allSatisfy { abs($0) <= 1e-7 })
        let none = MatchedFeatureLoss(at: [], in: size, targets: patches.features, rows: [], part: 1)
        #expect(none(map, into: &gradient) == 0)
    }

    @Test func `the number of threads changes no bit`() {
        let map = Tensor.random([61, 53, 37], in: 0...2, seed: 5), size = Size(width: 53, height: 61)
        var generator = SeededGenerator(seed: 6)
        let positions = (0..<53 * 61).filter { $0 % 3 > 0 }
        let rows = (0..<9 * positions.count).map { _ in Int32.random(in: -1..<400, using: &generator) }
        let loss = MatchedFeatureLoss(
            at: positions, in: size, targets: .random([400, 37], in: 0...2, seed: 7), rows: rows, part: 0.5)
        func result(_ threads: Int) -> (Double, FloatBuffer) {
            Parallel.with(threads: threads) {
                var gradient = Tensor(shape: map.shape, repeating: 0)
                return (loss(map, into: &gradient), gradient.values)
            }
        }
        let expected = result(1)
        for threads in 2...3 { #expect(result(threads) == expected) }
    }
}

@Suite struct RefiningTests {
    /// The best match near each guess by its definition, in Double.
    private func plain(
        _ a: Tensor, _ b: Tensor, _ queries: [Int], _ guesses: [Int], _ radius: Int
    ) -> [Int] {
        let c = a.shape[2]
        func patch(_ map: Tensor, _ values: FloatBuffer, _ position: Int) -> [Double] {
            let (h, w) = (map.shape[0], map.shape[1])
            return (-1...1).flatMap { dy in
                (-1...1).flatMap { dx in
                    let (y, x) = (position / w + dy, position % w + dx)
                    return (0..<c).map { y < 0 || y >= h || x < 0 || x >= w ? 0 : Double(values[(y * w + x) * c + $0]) }
                }
            }
        }
        let (h, w, av, bv) = (b.shape[0], b.shape[1], a.values, b.values)
        return zip(queries, guesses).map { query, guess in
            let wanted = patch(a, av, query)
            var best = (index: -1, similarity: -Double.infinity)
            for y in guess / w - radius...guess / w + radius where (0..<h).contains(y) {
                for x in guess % w - radius...guess % w + radius where (0..<w).contains(x) {
                    let style = patch(b, bv, y * w + x)
                    let norm = style.reduce(0) { $0 + $1 * $1 }.squareRoot()
                    let similarity = zip(wanted, style).reduce(0) { $0 + $1.0 * $1.1 } / (norm + 1e-15)
                    if similarity > best.similarity { best = (y * w + x, similarity) }
                }
            }
            return best.index
        }
    }

    @Test(arguments: [0, 1, 2, 3], [3, 20]) func `the match is the plain search's`(radius: Int, channels: Int) {
        let a = Tensor.random([9, 11, channels], seed: 1), b = Tensor.random([13, 10, channels], seed: 2)
        let size = Size(width: 10, height: 13)
        let queries = Array(0..<99)
        var generator = SeededGenerator(seed: 3)
        // The corners among them.
        let guesses = [0, 9, 120, 129] + (4..<99).map { _ in Int.random(in: 0..<130, using: &generator) }
        var gathering = RowGathering(around: guesses, radius: radius + 1, in: size, channels: channels)
        gathering.add(b, first: 0)
        let expected = plain(a, b, queries, guesses, radius)
        for threads in 1...3 {
            let matches = Parallel.with(threads: threads) {
                CosinePatchSearch.refined(a, queries: queries, near: guesses, radius: radius, in: gathering, of: size)
            }
            #expect(matches == expected)
        }
    }

    @Test func `ties go to the lowest index`() {
        let a = Tensor(shape: [7, 7, 2], repeating: 1), size = Size(width: 7, height: 7)
        var gathering = RowGathering(around: [24], radius: 3, in: size, channels: 2)
        gathering.add(a, first: 0)
        #expect(CosinePatchSearch.refined(a, queries: [24], near: [24], in: gathering, of: size) == [8])
    }

    @Test(arguments: [1, 2, 5, 9]) func `patches at the map's borders, from bands`(rows: Int) {
        let map = Tensor.random([9, 6, 3], seed: 4), size = Size(width: 6, height: 9)
        let centres = [53, 0, 17, 17, 30, 5, 48]
        var gathering = RowGathering(around: centres, radius: 2, in: size, channels: 3)
        for first in stride(from: 0, to: 9, by: rows) {
            gathering.add(Region(columns: 0..<6, rows: first..<min(9, first + rows)).part(of: map), first: first)
        }
        let patches = gathering.patches(around: centres, in: size)
        for (i, centre) in centres.enumerated() {
            for k in 0..<9 {
                let (y, x) = (centre / 6 + k / 3 - 1, centre % 6 + k % 3 - 1), row = Int(patches.rows[9 * i + k])
                let isInside = (0..<9).contains(y) && (0..<6).contains(x)
                #expect(isInside == (row >= 0))
                guard isInside, row >= 0 else { continue }
                #expect(patches.features.rows([row]).values == map.rows([y * 6 + x]).values)
            }
        }
        // Each position once.
        #expect(Set(patches.rows).count - 1 == patches.features.shape[0])
    }
}
