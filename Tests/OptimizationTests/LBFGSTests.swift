import Foundation
import Optimization
import Tensors
import Testing

@Suite struct LBFGSTests {
    private func rosenbrock(_ x: Tensor) -> (value: Double, gradient: Tensor) {
        let (a, b) = (Double(x.values[0]), Double(x.values[1]))
        let value = (1 - a) * (1 - a) + 100 * (b - a * a) * (b - a * a)
        let gradient = [-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)]
        return (value, Tensor(shape: [2], values: gradient.map(Float.init)))
    }

    @Test func `Rosenbrock's valley is followed to its minimum at (1, 1)`() {
        let start = Tensor(shape: [2], values: [-1.2, 1])
        let outcome = LBFGS().minimize(from: start, evaluations: 200) { self.rosenbrock($0) }
        #expect(abs(outcome.x.values[0] - 1) < 1e-3)
        #expect(abs(outcome.x.values[1] - 1) < 1e-3)
        #expect(outcome.ended == .converged)
        #expect(outcome.evaluations < 100)
    }

    @Test func `a quadratic with curvatures from 1 to 10⁵ is minimised`() {
        // Σ kᵢ(xᵢ − i)²/2 over 60 variables: the minimum is 0 at xᵢ = i.
        let n = 60
        let curvatures = (0..<n).map { pow(10, 5 * Double($0) / Double(n - 1)) }
        let outcome = LBFGS().minimize(from: Tensor(shape: [n], repeating: 0), evaluations: 2000) { x in
            let d = x.values.enumerated().map { Double($1) - Double($0) / 10 }
            let value = zip(curvatures, d).reduce(0) { $0 + $1.0 * $1.1 * $1.1 / 2 }
            return (value, Tensor(shape: [n], values: zip(curvatures, d).map { Float($0 * $1) }))
        }
        #expect(outcome.value < 1e-3)
        for (i, x) in outcome.x.values.enumerated() { #expect(abs(x - Float(i) / 10) < 0.05) }
    }

    @Test func `a minimisation that is cancelled ends at the best point so far`() {
        var calls = 0, best = Double.infinity
        let start = Tensor(shape: [2], values: [-1.2, 1])
        let outcome = LBFGS().minimize(from: start, evaluations: 200, isCancelled: { calls == 9 }) {
            calls += 1
            let (value, gradient) = self.rosenbrock($0)
            best = min(best, value)
            return (value, gradient)
        }
        #expect(calls == 9 && outcome.evaluations == 9)
        #expect(outcome.ended == .cancelled)
        #expect(outcome.value == best && self.rosenbrock(outcome.x).value == best)
    }

    @Test func `a minimisation goes on from before any of its steps, to the bit`() throws {
        var states: [Minimization] = [], points: [Tensor] = []
        let start = Tensor(shape: [2], values: [-1.2, 1])
        let outcome = LBFGS().minimize(from: start, evaluations: 60, stepped: { states.append($0) }) {
            points.append($0)
            return self.rosenbrock($0)
        }
        // The gradient and ten pairs.
        #expect(states.count > 25 && states.contains { $0.optimizer.state.vectors.count == 21 })
        for state in states {
            // Put together from its parts, as a file would.
            let optimizer = try #require(LBFGS().restored(from: state.optimizer.state))
            var again = Minimization(from: state.x, by: optimizer, best: state.best, spent: state.spent)
            var rest: [Tensor] = []
            let end = again.run(evaluations: 60) {
                rest.append($0)
                return self.rosenbrock($0)
            }
            #expect(rest == Array(points[state.spent...]))
            #expect(end.x.values == outcome.x.values && end.value == outcome.value && end.ended == outcome.ended)
            #expect(end.evaluations == outcome.evaluations)
        }
    }

    @Test(arguments: [1, 2, 7])
    func `evaluations are counted and never exceeded`(budget: Int) {
        var calls = 0
        let outcome = LBFGS().minimize(from: Tensor(shape: [2], values: [-1.2, 1]), evaluations: budget) {
            calls += 1
            return self.rosenbrock($0)
        }
        #expect(calls == budget)
        #expect(outcome.evaluations == budget)
        #expect(outcome.ended == .iterations)
    }

    @Test func `the first step has length 1 over the gradient's 1-norm`() {
        var points: [Tensor] = []
        _ = LBFGS().minimize(from: Tensor(shape: [2], values: [3, 4]), evaluations: 2) {
            points.append($0)
            return ($0.dot($0) / 2, $0)
        }
        #expect(abs(points[1].values[0] - (3 - 3 / 7)) < 1e-6)
        #expect(abs(points[1].values[1] - (4 - 4 / 7)) < 1e-6)
    }

    @Test func `the value never rises from one accepted point to the next`() {
        let outcome = LBFGS().minimize(from: Tensor(shape: [2], values: [-1.2, 1]), evaluations: 30) {
            self.rosenbrock($0)
        }
        var best = Double.infinity
        for evaluations in 1...30 {
            let shorter = LBFGS().minimize(from: Tensor(shape: [2], values: [-1.2, 1]), evaluations: evaluations) {
                self.rosenbrock($0)
            }
            #expect(shorter.value <= best)
            best = shorter.value
        }
        #expect(outcome.value == best)
    }

    @Test func `a vanishing gradient at the start is convergence`() {
        let outcome = LBFGS().minimize(from: Tensor(shape: [3], repeating: 0), evaluations: 50) { ($0.dot($0), $0) }
        #expect(outcome.ended == .converged)
        #expect(outcome.evaluations == 1)
    }

    @Test func `a loss that is not finite at the start ends there`() {
        let start = Tensor(shape: [2], values: [1, 2])
        let outcome = LBFGS().minimize(from: start, evaluations: 50) { (.nan, $0) }
        #expect(outcome.ended == .nonFinite)
        #expect(outcome.x.values == [1, 2])
    }

    @Test func `a wall of not-a-numbers is backed away from`() {
        // −log(1 − x) + x² is undefined beyond 1; a long step from 0.9 may land there.
        let start = Tensor(shape: [1], values: [-50])
        let outcome = LBFGS().minimize(from: start, evaluations: 200) { x in
            let v = Double(x.values[0])
            guard v < 1 else { return (.nan, Tensor(shape: [1], values: [.nan])) }
            return (v * v - log(1 - v), Tensor(shape: [1], values: [Float(2 * v + 1 / (1 - v))]))
        }
        // 2v(1 − v) + 1 = 0 at v = (1 − √3)/2.
        #expect(abs(Double(outcome.x.values[0]) - (1 - 3.0.squareRoot()) / 2) < 1e-3)
    }

    @Test func `a loss that turns not finite for good leaves the best point so far`() {
        var calls = 0
        let outcome = LBFGS().minimize(from: Tensor(shape: [2], values: [-1.2, 1]), evaluations: 100) {
            calls += 1
            return calls <= 8 ? self.rosenbrock($0) : (.infinity, $0)
        }
        #expect(outcome.ended == .nonFinite)
        #expect(outcome.value.isFinite)
        #expect(rosenbrock(outcome.x).value == outcome.value)
        #expect(outcome.value < rosenbrock(Tensor(shape: [2], values: [-1.2, 1])).value)
    }
}
