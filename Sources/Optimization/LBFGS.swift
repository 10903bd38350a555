package import Tensors

/// Minimises a smooth function by limited-memory BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.4).
///
/// The direction comes from the two-loop recursion over the last pairs s = Δx, y = Δg with sᵀy > 0. The first step
/// has length 1/‖g‖₁ along the negative gradient, later ones start at 1; a step that does not lower the value enough
/// (Armijo) is shortened by quadratic interpolation. The value therefore never rises.
///
/// The recursion runs on the coefficients of all s, all y and g, for which it needs their inner products alone (Chen,
/// Wang and Zhou, "Large-scale L-BFGS using MapReduce", 2014): three passes over the vectors for a step, for the products
/// with the new pair, for those with the gradient and for the direction, instead of four for each pair.
package struct LBFGS: Sendable {
    /// The number of pairs that are remembered.
    package var history = 10

    /// The minimisation has converged when the value fell by less than this part of itself in `patience` steps.
    package var tolerance = 1e-7

    /// See `tolerance`.
    package var patience = 10

    /// The part of the decrease promised by the gradient that a step must reach.
    private static let sufficientDecrease = 1e-4

    /// The evaluations spent on one direction before it is given up.
    private static let longestSearch = 12

    /// Where a minimisation ended.
    package struct Outcome: Sendable {
        /// The best point found, and the function's value there.
        package let x: Tensor, value: Double
        /// The number of evaluations spent.
        package let evaluations: Int
        /// Why it ended.
        package let ended: Ending
    }

    /// Where a minimisation stands between two steps: all that it needs to go on as if it had never stopped.
    package struct State: Sendable {
        /// The best point so far.
        package internal(set) var x: Tensor
        /// The function's value and gradient there.
        package internal(set) var value: Double, gradient: Tensor
        /// The number of evaluations spent on the way; with 0, `value` and `gradient` are not yet known.
        package internal(set) var spent: Int
        /// The values before the latest steps, oldest first: as many as `patience` at most.
        package internal(set) var recent: [Double]
        fileprivate var pairs = Pairs()

        /// The latest s and y, oldest first.
        package var steps: [(s: Tensor, y: Tensor)] { pairs.all }

        /// The beginning of a minimisation.
        package init(start: Tensor) {
            (x, value, gradient, spent, recent) = (start, .infinity, start, 0, [])
        }

        /// A state that was `state` when its parts were taken down.
        package init(
            x: Tensor, value: Double, gradient: Tensor, spent: Int, recent: [Double], steps: [(s: Tensor, y: Tensor)]
        ) {
            (self.x, self.value, self.gradient, self.spent, self.recent) = (x, value, gradient, spent, recent)
            // A product does not depend on those it is made with, so these are the bits that were.
            for step in steps { pairs.append(s: step.s, y: step.y, keeping: steps.count) }
        }
    }

    /// A minimiser with the default history of 10.
    package init() {}

    /// Minimises `objective` from `start` with at most `evaluations` calls (at least one), those that were spent on the way
    /// to `start` included. Each returns the value and the gradient at a point of the start's count.
    ///
    /// Asks `isCancelled` after each evaluation, and ends there when it is true. Calls `stepped` with the state before each
    /// step, the first one too: a minimisation from there goes the same way, to the bit.
    package func minimize(
        from start: State, evaluations: Int, isCancelled: () -> Bool = { false }, stepped: (State) -> Void = { _ in },
        _ objective: (Tensor) throws -> (value: Double, gradient: Tensor)
    ) rethrows -> Outcome {
        try withoutActuallyEscaping(isCancelled) { isCancelled in
            var search = Search(settings: self, budget: max(1, evaluations), isCancelled: isCancelled, state: start)
            return try search.run(stepped, objective)
        }
    }

    /// Minimises `objective` from the point `start`.
    package func minimize(
        from start: Tensor, evaluations: Int, isCancelled: () -> Bool = { false },
        _ objective: (Tensor) throws -> (value: Double, gradient: Tensor)
    ) rethrows -> Outcome {
        try minimize(from: State(start: start), evaluations: evaluations, isCancelled: isCancelled, objective)
    }

    /// A minimisation at work: the current point is always the best so far.
    private struct Search {
        let settings: LBFGS
        let budget: Int
        let isCancelled: () -> Bool
        var state: State
        var sawNonFinite = false

        mutating func run(
            _ stepped: (State) -> Void, _ objective: (Tensor) throws -> (value: Double, gradient: Tensor)
        ) rethrows -> Outcome {
            if state.spent == 0 {
                (state.value, state.gradient) = try objective(state.x)
                state.spent = 1
            }
            var square = state.gradient.dot(state.gradient)
            guard state.value.isFinite, square.isFinite else { return outcome(.nonFinite) }
            while true {
                if square == 0 { return outcome(.converged) }
                if let ended { return outcome(ended) }
                stepped(state)
                guard let newSquare = try advance(objective) else {
                    if let ended { return outcome(ended) }
                    // A bad direction may be stale history: once more along the gradient, then no further.
                    if state.pairs.isEmpty { return outcome(sawNonFinite ? .nonFinite : .converged) }
                    state.pairs = Pairs()
                    continue
                }
                square = newSquare
                state.recent.append(state.value)
                if state.recent.count > settings.patience {
                    let before = state.recent.removeFirst()
                    if before - state.value <= settings.tolerance * abs(before) { return outcome(.converged) }
                }
            }
        }

        /// Why no further evaluation may be made, if so.
        private var ended: Ending? { isCancelled() ? .cancelled : state.spent >= budget ? .iterations : nil }

        /// Takes one step and gives the square of the gradient there; nil when no step along the direction lowers the
        /// value.
        private mutating func advance(
            _ objective: (Tensor) throws -> (value: Double, gradient: Tensor)
        ) rethrows -> Double? {
            let (direction, slope) = state.pairs.direction(state.gradient)
            guard slope < 0 else { return nil }
            var step = state.pairs.isEmpty ? min(1, 1 / state.gradient.absoluteSum) : 1
            sawNonFinite = false
            for _ in 0..<LBFGS.longestSearch where ended == nil {
                let candidate = Tensor.combination([state.x, direction], [1, Float(step)])
                let (newValue, newGradient) = try objective(candidate)
                state.spent += 1
                let square = newGradient.dot(newGradient)
                guard newValue.isFinite, square.isFinite else {
                    sawNonFinite = true
                    step *= 0.1
                    continue
                }
                if newValue <= state.value + LBFGS.sufficientDecrease * step * slope {
                    state.pairs.append(
                        s: Tensor.combination([candidate, state.x], [1, -1]),
                        y: Tensor.combination([newGradient, state.gradient], [1, -1]), keeping: settings.history)
                    (state.x, state.value, state.gradient) = (candidate, newValue, newGradient)
                    return square
                }
                // The minimum of the parabola through both values and the slope, kept within a tenth and a half.
                let parabola = -slope * step * step / (2 * (newValue - state.value - slope * step))
                step = min(max(parabola, 0.1 * step), 0.5 * step)
            }
            return nil
        }

        private func outcome(_ ended: Ending) -> Outcome {
            Outcome(x: state.x, value: state.value, evaluations: state.spent, ended: ended)
        }
    }

    /// The latest pairs, oldest first, and their inner products.
    fileprivate struct Pairs: Sendable {
        private var s: [Tensor] = [], y: [Tensor] = []
        /// sᵢ·yⱼ and yᵢ·yⱼ.
        private var sy: [[Double]] = [], yy: [[Double]] = []

        var isEmpty: Bool { s.isEmpty }

        var all: [(s: Tensor, y: Tensor)] { Array(zip(s, y)) }

        /// Takes up a pair of positive curvature, and drops the oldest beyond `history`.
        mutating func append(s newS: Tensor, y newY: Tensor, keeping history: Int) {
            let products = Tensor.dots([newS, newY], s + y + [newY])
            let (count, width) = (s.count, 2 * s.count + 1)
            let curvature = products[width - 1]
            guard curvature > 0, curvature.isFinite else { return }
            for i in 0..<count {
                sy[i].append(products[width + i])
                yy[i].append(products[width + count + i])
            }
            sy.append(Array(products[count..<width]))
            yy.append(Array(products[width + count..<2 * width]))
            s.append(newS)
            y.append(newY)
            guard s.count > history else { return }
            s.removeFirst()
            y.removeFirst()
            sy = sy.dropFirst().map { Array($0.dropFirst()) }
            yy = yy.dropFirst().map { Array($0.dropFirst()) }
        }

        /// −H·g by the two-loop recursion, with H₀ = sᵀy / yᵀy of the latest pair, and its product with g.
        func direction(_ gradient: Tensor) -> (direction: Tensor, slope: Double) {
            let count = s.count
            let products = Tensor.dots([gradient], s + y + [gradient])
            let sg = products[..<count], yg = Array(products[count..<2 * count])
            // q = Σ a·s + Σ b·y + c·g
            var a = [Double](repeating: 0, count: count), b = a, c = 1.0
            for i in (0..<count).reversed() {
                let sq = c * sg[i] + (0..<count).reduce(0) { $0 + b[$1] * sy[i][$1] }
                b[i] = -sq / sy[i][i]
            }
            let first = b.map { -$0 }
            if let last = y.indices.last {
                let scale = sy[last][last] / yy[last][last]
                b = b.map { $0 * scale }
                c *= scale
            }
            for i in 0..<count {
                let yq = c * yg[i] + (0..<count).reduce(0) { $0 + a[$1] * sy[$1][i] + b[$1] * yy[i][$1] }
                a[i] = first[i] - yq / sy[i][i]
            }
            let coefficients = a + b + [c]
            return (
                Tensor.combination(s + y + [gradient], coefficients.map { Float(-$0) }),
                -zip(coefficients, products).reduce(0) { $0 + $1.0 * $1.1 }
            )
        }
    }
}
