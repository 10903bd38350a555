import Plotting
import Tensors
import TestSupport
import Testing

@Suite struct SpreadingTests {
    @Test func `labels with room stay where they are wanted`() {
        #expect(Spreading.spread([1, 12, 30], apart: 10, in: 0...100) == [1, 12, 30])
        #expect(Spreading.spread([], apart: 10, in: 0...100) == [])
    }

    @Test func `labels that are too near move apart by the same`() {
        #expect(Spreading.spread([50, 50], apart: 10, in: 0...100) == [45, 55])
        #expect(
            Spreading.spread([20, 50, 50, 51], apart: 10, in: 0...100).map { ($0 * 3).rounded() } == [
                60, 121, 151, 181,
            ])
    }

    @Test func `labels stay in the frame`() {
        #expect(Spreading.spread([0, 1], apart: 10, in: 5...100) == [5, 15])
        #expect(Spreading.spread([99, 120], apart: 10, in: 0...100) == [90, 100])
    }

    @Test func `labels are in order, apart and inside wherever they are wanted`() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            let wanted = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                Double.random(in: -20...120, using: &random)
            }
            let places = Spreading.spread(wanted.sorted(), apart: 10, in: 0...100)
            #expect(places.count == wanted.count)
            #expect(places.allSatisfy((-1e-9...100 + 1e-9).contains))
            #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= 10 - 1e-9 })
        }
    }
}
