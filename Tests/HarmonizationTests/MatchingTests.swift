import Harmonization
import Imaging
import NeuralNet
import Tensors
import TestSupport
import Testing

@Suite struct CosinePatchSearchTests {
    /// The most similar patch of each query by the definition, in Double.
    private func plainMatches(_ a: Tensor, _ b: Tensor, _ queries: [Int]) -> [Int] {
        let (h, w, c) = (a.shape[0], a.shape[1], a.shape[2])
        let (av, bv) = (a.values, b.values)
        func patch(_ values: FloatBuffer, _ position: Int) -> [Double] {
            var result: [Double] = []
            for dy in -1...1 {
                for dx in -1...1 {
                    let (y, x) = (position / w + dy, position % w + dx)
                    for k in 0..<c {
                        result.append(y < 0 || y >= h || x < 0 || x >= w ? 0 : Double(values[(y * w + x) * c + k]))
                    }
                }
            }
            return result
        }
        let styles = (0..<h * w).map { patch(bv, $0) }
        let norms = styles.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        return queries.map { query in
            let wanted = patch(av, query)
            let similarities = styles.indices.map { position in
                var product = 0.0
                for i in wanted.indices { product += wanted[i] * styles[position][i] }
                return product / (norms[position] + 1e-15)
            }
            let largest = similarities.max() ?? 0
            return similarities.firstIndex(of: largest) ?? 0
        }
    }

    @Test(arguments: [[1, 1, 2], [1, 7, 3], [6, 1, 3], [9, 11, 5], [53, 47, 2], [25, 340, 2]])
    func `the match is the plain search's`(shape: [Int]) {
        let a = Tensor.random(shape, seed: 1), b = Tensor.random(shape, seed: 2)
        let queries = stride(from: 0, to: shape[0] * shape[1], by: 3).map { $0 }
        let field = CosinePatchSearch.match(a, b, queries: queries)
        #expect(queries.map { field.matches[$0] } == plainMatches(a, b, queries))
    }

    @Test(arguments: [1, 2, 3, 7, 40])
    func `bands give the same matches, and the features there`(rows: Int) {
        let a = Tensor.random([12, 17, 4], seed: 1), b = Tensor.random([40, 170, 4], seed: 2)
        let queries = Array(0..<12 * 17), size = Size(width: 170, height: 40)
        func result(_ rows: Int) -> (matches: [Int], features: Tensor) {
            var matching = CosinePatchSearch(a, queries: queries, in: size)
            for first in stride(from: 0, to: 40, by: rows) {
                matching.add(Region(columns: 0..<170, rows: first..<min(40, first + rows)).part(of: b))
            }
            return matching.result
        }
        let whole = result(40), banded = result(rows)
        #expect(banded.matches == whole.matches)
        #expect(banded.features.values == b.rows(whole.matches).values)
    }

    @Test func `a tie between tiles side by side goes to the lowest index`() {
        // The same patch twice: in a lower row on the left, and in a higher row far to the right.
        let a = Tensor.random([3, 3, 2], in: 0.5...1, seed: 6)
        var values = [Float](repeating: 0, count: 9 * 330 * 2)
        for (top, left) in [(5, 20), (2, 300)] {
            for y in 0..<3 {
                for i in 0..<6 { values[((top + y) * 330 + left) * 2 + i] = a.values[y * 6 + i] }
            }
        }
        var matching = CosinePatchSearch(a, queries: [4], in: Size(width: 330, height: 9))
        matching.add(Tensor(shape: [9, 330, 2], values: values))
        #expect(matching.result.matches == [3 * 330 + 301])
    }

    @Test func `a map matched against itself finds itself`() {
        let a = Tensor.random([20, 30, 4], seed: 3)
        #expect(CosinePatchSearch.match(a, a, queries: Array(0..<600)).matches == Array(0..<600))
    }

    @Test func `ties go to the lowest index`() {
        let a = Tensor(shape: [5, 5, 1], repeating: 1)
        // All inner patches are alike; (1, 1) is the first of them.
        #expect(CosinePatchSearch.match(a, a, queries: [12]).matches[12] == 6)
        let zero = Tensor(shape: [5, 5, 1], repeating: 0)
        #expect(CosinePatchSearch.match(a, zero, queries: [12]).matches[12] == 0)
    }

    @Test func `positions that are not asked for are matched with themselves`() {
        let a = Tensor.random([4, 4, 2], seed: 4)
        let field = CosinePatchSearch.match(a, .random([4, 4, 2], seed: 5), queries: [5])
        for i in 0..<16 where i != 5 { #expect(field.matches[i] == i) }
    }
}

@Suite struct RowGatheringTests {
    @Test(arguments: [1, 4, 9]) func `rows come from the bands in the order of the positions`(rows: Int) {
        let map = Tensor.random([9, 6, 3], seed: 1)
        let positions = [53, 0, 17, 17, 30, 5]
        var gathering = RowGathering(positions, channels: 3)
        for first in stride(from: 0, to: 9, by: rows) {
            gathering.add(Region(columns: 0..<6, rows: first..<min(9, first + rows)).part(of: map), first: first)
        }
        #expect(gathering.rows.values == map.rows(positions).values)
    }
}

@Suite struct MatchFieldTests {
    @Test func `outside its region a field matches positions with themselves`() {
        let region = Region(columns: 2..<4, rows: 1..<3)
        var field = FeatureNearestNeighborField(width: 6, height: 4, region: region)
        #expect(field.matches == [8, 9, 14, 15])
        field.matches[0] = 9
        let whole = Region(columns: 0..<12, rows: 0..<8)
        let carried = field.carried(to: Size(width: 12, height: 8), region: whole)
        for y in 0..<8 {
            for x in 0..<12 {
                let offset = (4..<6).contains(x) && (2..<4).contains(y) ? 2 : 0
                #expect(carried.matches[y * 12 + x] == y * 12 + x + offset)
            }
        }
    }

    @Test func `carrying to the same size changes nothing`() {
        var field = FeatureNearestNeighborField(width: 7, height: 5)
        var generator = SeededGenerator(seed: 1)
        field.matches.shuffle(using: &generator)
        #expect(field.carried(to: Size(width: 7, height: 5)) == field)
    }

    @Test func `carrying to twice the size doubles the offsets`() {
        var field = FeatureNearestNeighborField(width: 4, height: 3)
        field.matches[5] = 2  // (1, 1) → (2, 0)
        let carried = field.carried(to: Size(width: 8, height: 6))
        for (x, y) in [(2, 2), (3, 2), (2, 3), (3, 3)] {
            #expect(carried.matches[y * 8 + x] == (y - 2) * 8 + x + 2)
        }
    }

    @Test func `a consistent field stays as it is, and an outlier joins its neighbours`() {
        var field = FeatureNearestNeighborField(width: 9, height: 9)
        for y in 0..<9 { for x in 0..<8 { field.matches[y * 9 + x] = y * 9 + x + 1 } }
        let guide = Image(width: 9, height: 9, values: (0..<243).map { Float($0 / 3 % 9) / 9 })
        let tight = Mask(
            width: 9, height: 9, values: (0..<81).map { (2...5).contains($0 % 9) && (2...5).contains($0 / 9) ? 1 : 0 })
        #expect(field.refined(guide: guide, tight: tight).matches[40] == 41)
        field.matches[40] = 80
        #expect(field.refined(guide: guide, tight: tight).matches[40] == 41)
    }

    @Test func `a style position counts at its first use only`() {
        var field = FeatureNearestNeighborField(width: 3, height: 1)
        field.matches = [2, 2, 1]
        let tight = Mask(width: 3, height: 1, values: [0.7, 0.9, 0.05])
        #expect(field.firstUses(tight: tight).values == [0.7, 0, 0])
    }
}
