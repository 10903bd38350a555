import Harmonization
import Imaging
import Tensors
import TestSupport
import Testing

@Suite struct PatchMatchingTests {
    /// The most similar patch by the definition, in Double.
    private func plainMatch(_ a: Tensor, _ b: Tensor, _ query: Int) -> Int {
        let (h, w, c) = (a.shape[0], a.shape[1], a.shape[2])
        let (av, bv) = (a.values, b.values)
        func patch(_ values: [Float], _ position: Int) -> [Double] {
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
        let wanted = patch(av, query)
        let similarities = (0..<h * w).map { position in
            let style = patch(bv, position)
            let norm = style.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return zip(wanted, style).reduce(0) { $0 + $1.0 * $1.1 } / (norm + 1e-15)
        }
        let largest = similarities.max() ?? 0
        return similarities.firstIndex(of: largest) ?? 0
    }

    @Test(arguments: [[1, 1, 2], [1, 7, 3], [6, 1, 3], [9, 11, 5], [53, 47, 2]])
    func `the match is the plain search's`(shape: [Int]) {
        let a = Tensor.random(shape, seed: 1), b = Tensor.random(shape, seed: 2)
        let queries = stride(from: 0, to: shape[0] * shape[1], by: 3).map { $0 }
        let field = PatchMatching.match(a, b, queries: queries)
        for query in queries { #expect(field.matches[query] == plainMatch(a, b, query)) }
    }

    @Test func `a map matched against itself finds itself`() {
        let a = Tensor.random([20, 30, 4], seed: 3)
        #expect(PatchMatching.match(a, a, queries: Array(0..<600)).matches == Array(0..<600))
    }

    @Test func `ties go to the lowest index`() {
        let a = Tensor(shape: [5, 5, 1], repeating: 1)
        // All inner patches are alike; (1, 1) is the first of them.
        #expect(PatchMatching.match(a, a, queries: [12]).matches[12] == 6)
        let zero = Tensor(shape: [5, 5, 1], repeating: 0)
        #expect(PatchMatching.match(a, zero, queries: [12]).matches[12] == 0)
    }

    @Test func `positions that are not asked for are matched with themselves`() {
        let a = Tensor.random([4, 4, 2], seed: 4)
        let field = PatchMatching.match(a, .random([4, 4, 2], seed: 5), queries: [5])
        for i in 0..<16 where i != 5 { #expect(field.matches[i] == i) }
    }
}

@Suite struct MatchFieldTests {
    @Test func `carrying to the same size changes nothing`() {
        var field = MatchField(width: 7, height: 5)
        field.matches.shuffle()
        #expect(field.carried(to: Size(width: 7, height: 5)) == field)
    }

    @Test func `carrying to twice the size doubles the offsets`() {
        var field = MatchField(width: 4, height: 3)
        field.matches[5] = 2  // (1, 1) → (2, 0)
        let carried = field.carried(to: Size(width: 8, height: 6))
        for (x, y) in [(2, 2), (3, 2), (2, 3), (3, 3)] {
            #expect(carried.matches[y * 8 + x] == (y - 2) * 8 + x + 2)
        }
    }

    @Test func `a consistent field stays as it is, and an outlier joins its neighbours`() {
        var field = MatchField(width: 9, height: 9)
        for y in 0..<9 { for x in 0..<8 { field.matches[y * 9 + x] = y * 9 + x + 1 } }
        let guide = Image(width: 9, height: 9, values: (0..<243).map { Float($0 / 3 % 9) / 9 })
        let tight = Mask(
            width: 9, height: 9, values: (0..<81).map { (2...5).contains($0 % 9) && (2...5).contains($0 / 9) ? 1 : 0 })
        #expect(field.refined(guide: guide, tight: tight).matches[40] == 41)
        field.matches[40] = 80
        #expect(field.refined(guide: guide, tight: tight).matches[40] == 41)
    }

    @Test func `a style position counts at its first use only`() {
        var field = MatchField(width: 3, height: 1)
        field.matches = [2, 2, 1]
        let tight = Mask(width: 3, height: 1, values: [0.7, 0.9, 0.05])
        #expect(field.firstUses(tight: tight).values == [0.7, 0, 0])
    }
}
