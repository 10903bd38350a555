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

    /// A minimiser with the default history of 10.
    package init() {}

    /// Minimises `objective` from `start` with at most `evaluations` calls (at least one), each of which returns the
    /// value and the gradient at a point of the start's count.
    ///
    /// Asks `isCancelled` after each evaluation, and ends there when it is true.
    package func minimize(
        from start: Tensor, evaluations: Int, isCancelled: () -> Bool = { false },
        _ objective: (Tensor) throws -> (value: Double, gradient: Tensor)
    ) rethrows -> Outcome {
        try withoutActuallyEscaping(isCancelled) { isCancelled in
            var search = Search(settings: self, budget: max(1, evaluations), isCancelled: isCancelled, start: start)
            return try search.run(objective)
        }
    }

    /// The state of one minimisation: the current point is always the best so far.
    private struct Search {
        let settings: LBFGS
        let budget: Int
        let isCancelled: () -> Bool
        var x: Tensor
        var value = Double.infinity
        var gradient: Tensor
        var spent = 0
        var pairs = Pairs()
        var recent: [Double] = []
        var sawNonFinite = false

        init(settings: LBFGS, budget: Int, isCancelled: @escaping () -> Bool, start: Tensor) {
            self.settings = settings
            self.budget = budget
            self.isCancelled = isCancelled
            self.x = start
            self.gradient = start
        }

        mutating func run(_ objective: (Tensor) throws -> (value: Double, gradient: Tensor)) rethrows -> Outcome {
            (value, gradient) = try objective(x)
            spent = 1
            var square = gradient.dot(gradient)
            guard value.isFinite, square.isFinite else { return outcome(.nonFinite) }
            while true {
                if square == 0 { return outcome(.converged) }
                if let ended { return outcome(ended) }
                guard let newSquare = try advance(objective) else {
                    if let ended { return outcome(ended) }
                    // A bad direction may be stale history: once more along the gradient, then no further.
                    if pairs.isEmpty { return outcome(sawNonFinite ? .nonFinite : .converged) }
                    pairs = Pairs()
                    continue
                }
                square = newSquare
                recent.append(value)
                if recent.count > settings.patience {
                    let before = recent.removeFirst()
                    if before - value <= settings.tolerance * abs(before) { return outcome(.converged) }
                }
            }
        }

        /// Why no further evaluation may be made, if so.
        private var ended: Ending? { isCancelled() ? .cancelled : spent >= budget ? .iterations : nil }

        /// Takes one step and gives the square of the gradient there; nil when no step along the direction lowers the
        /// value.
        private mutating func advance(
            _ objective: (Tensor) throws -> (value: Double, gradient: Tensor)
        ) rethrows -> Double? {
            let (direction, slope) = pairs.direction(gradient)
            guard slope < 0 else { return nil }
            var step = pairs.isEmpty ? min(1, 1 / gradient.absoluteSum) : 1
            sawNonFinite = false
            for _ in 0..<LBFGS.longestSearch where ended == nil {
                let candidate = Tensor.combination([x, direction], [1, Float(step)])
                let (newValue, newGradient) = try objective(candidate)
                spent += 1
                let square = newGradient.dot(newGradient)
                guard newValue.isFinite, square.isFinite else {
                    sawNonFinite = true
                    step *= 0.1
                    continue
                }
                if newValue <= value + LBFGS.sufficientDecrease * step * slope {
                    pairs.append(
                        s: Tensor.combination([candidate, x], [1, -1]),
                        y: Tensor.combination([newGradient, gradient], [1, -1]), keeping: settings.history)
                    (x, value, gradient) = (candidate, newValue, newGradient)
                    return square
                }
                // The minimum of the parabola through both values and the slope, kept within a tenth and a half.
                let parabola = -slope * step * step / (2 * (newValue - value - slope * step))
                step = min(max(parabola, 0.1 * step), 0.5 * step)
            }
            return nil
        }

        private func outcome(_ ended: Ending) -> Outcome {
            Outcome(x: x, value: value, evaluations: spent, ended: ended)
        }
    }

    /// The latest pairs, oldest first, and their inner products.
    private struct Pairs {
        private var s: [Tensor] = [], y: [Tensor] = []
        /// sᵢ·yⱼ and yᵢ·yⱼ.
        private var sy: [[Double]] = [], yy: [[Double]] = []

        var isEmpty: Bool { s.isEmpty }

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
