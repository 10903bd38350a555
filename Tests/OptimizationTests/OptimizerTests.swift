import Foundation
import Optimization
import Tensors
import Testing

@Suite struct OptimizerTests {
    static let optimizers: [(name: String, optimizer: any Optimizer)] = [
        ("descent", GradientDescent(learningRate: 0.01)),
        ("momentum", GradientDescent(learningRate: 0.01, momentum: 0.9)),
        ("Nesterov", GradientDescent(learningRate: 0.01, momentum: 0.9, isNesterov: true)),
        ("RMSProp", RMSProp(learningRate: 0.01)),
        ("Adam", Adam(learningRate: 0.05)), ("L-BFGS", LBFGS()),
    ]

    /// A bowl whose curvatures are 1, 4 and 9, with its least value 0 at (1, 2, 3).
    private func bowl(_ x: Tensor) -> (value: Double, gradient: Tensor) {
        let d = x.values.enumerated().map { Double($1) - Double($0 + 1) }
        let curvatures = [1.0, 4, 9]
        return (
            zip(curvatures, d).reduce(0) { $0 + $1.0 * $1.1 * $1.1 / 2 },
            Tensor(shape: [3], values: zip(curvatures, d).map { Float($0 * $1) })
        )
    }

    private let start = Tensor(shape: [3], values: [-1, 0.5, 4])

    @Test(arguments: optimizers.indices) func `a bowl's least point is found`(index: Int) {
        let (name, optimizer) = Self.optimizers[index]
        let outcome = optimizer.minimize(from: start, evaluations: 1500) { self.bowl($0) }
        for (i, x) in outcome.x.values.enumerated() { #expect(abs(x - Float(i + 1)) < 1e-2, "\(name)") }
        #expect(bowl(outcome.x).value == outcome.value)
    }

    @Test(arguments: optimizers.indices)
    func `a minimisation goes on from what an optimizer remembers, to the bit`(index: Int) throws {
        let (name, optimizer) = Self.optimizers[index]
        var states: [Minimization] = [], points: [Tensor] = []
        let outcome = optimizer.minimize(from: start, evaluations: 12, stepped: { states.append($0) }) {
            points.append($0)
            return self.bowl($0)
        }
        #expect(points.count <= 12 && states.count > 3, "\(name)")
        for state in states {
            var rest: [Tensor] = []
            let resumed = try #require(optimizer.restored(from: state.optimizer.state), "\(name)")
            var again = Minimization(from: state.x, by: resumed, best: state.best, spent: state.spent)
            let end = again.run(evaluations: 12) {
                rest.append($0)
                return self.bowl($0)
            }
            #expect(rest == Array(points[state.spent...]), "\(name)")
            #expect(end.x.values == outcome.x.values && end.value == outcome.value, "\(name)")
        }
    }

    @Test(arguments: optimizers.indices) func `what is not finite, or flat, ends a minimisation`(index: Int) {
        let optimizer = Self.optimizers[index].optimizer
        #expect(optimizer.minimize(from: start, evaluations: 9) { (.nan, $0) }.ended == .nonFinite)
        let flat = optimizer.minimize(from: start, evaluations: 9) { (5, Tensor(shape: $0.shape, repeating: 0)) }
        #expect(flat.ended == .converged && flat.evaluations == 1 && flat.value == 5)
    }

    @Test(arguments: optimizers.indices) func `memories of another kind are refused`(index: Int) {
        let (name, optimizer) = Self.optimizers[index]
        let vector = start
        let others = [
            OptimizerState(vectors: [vector, vector], numbers: [1, 2, 3]),
            OptimizerState(vectors: [], numbers: [0.5]), OptimizerState(vectors: [vector, vector, vector, vector]),
        ]
        for memory in others { #expect(optimizer.restored(from: memory) == nil, "\(name)") }
        #expect(optimizer.restored(from: optimizer.state) != nil, "\(name)")
    }

    @Test func `the best point counts, where the last one is not the best`() {
        // A rate that leaps to and fro across the narrowest direction, ever further.
        var best = Double.infinity
        let outcome = GradientDescent(learningRate: 0.23).minimize(from: start, evaluations: 40) {
            let (value, gradient) = self.bowl($0)
            best = min(best, value)
            return (value, gradient)
        }
        #expect(outcome.value == best && bowl(outcome.x).value == best)
        #expect(outcome.evaluations == 40)
    }
}
