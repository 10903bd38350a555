import Foundation
import Plotting
import Tensors
import TestSupport
import Testing

@Suite struct PolylineTests {
    private let places = (0..<5).map { Place(Double($0), Double($0)) }

    @Test func `a place that is missing parts a line`() {
        #expect(
            Polyline.runs([nil, places[0], places[1], nil, nil, places[3], nil]) == [
                [places[0], places[1]], [places[3]],
            ])
        #expect(Polyline.runs([nil, nil]) == [])
        #expect(Polyline.runs(places) == [places])
    }

    @Test func `points that can be told apart all stay`() {
        #expect(Polyline.thinned(places, columns: 0.25) == places)
        #expect(Polyline.thinned([], columns: 0.25) == [])
    }

    @Test func `of points in one column the first, last, highest and lowest stay, in order`() {
        let column = [3.0, 9, 4, 1, 5, 2].enumerated().map { Place(10 + 0.01 * Double($0), $1) }
        #expect(Polyline.thinned(column, columns: 0.25).map(\.y) == [3, 9, 1, 2])
        #expect(Polyline.thinned([column[0], column[0]], columns: 0.25) == [column[0], column[0]])
    }

    @Test func `a long line keeps its ends and extremes and has four points a column at most`() {
        var random = SeededGenerator(seed: 3)
        let line = (0..<100_000).map { Place(Double($0) / 1000, Double.random(in: 0...1, using: &random)) }
        let thinned = Polyline.thinned(line, columns: 0.25)
        #expect(thinned.count <= 4 * 400)
        #expect(thinned.first == line.first && thinned.last == line.last)
        #expect(thinned.map(\.y).max() == line.map(\.y).max() && thinned.map(\.y).min() == line.map(\.y).min())
        #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x < $1.x })
    }
}
