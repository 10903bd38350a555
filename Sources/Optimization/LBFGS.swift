package import Tensors

/// Minimises a smooth function by limited-memory BFGS (Nocedal and Wright, Numerical Optimization, algorithm 7.4).
///
/// The direction comes from the two-loop recursion over the last pairs s = Δx, y = Δg with sᵀy > 0. The first step
/// has length 1/‖g‖₁ along the negative gradient, later ones start at 1; a step that does not lower the value enough
/// (Armijo) is shortened by quadratic interpolation. The value therefore never rises.
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
    package func minimize(
        from start: Tensor, evaluations: Int, _ objective: (Tensor) throws -> (value: Double, gradient: Tensor)
    ) rethrows -> Outcome {
        var search = Search(settings: self, budget: max(1, evaluations), start: start)
        return try search.run(objective)
    }

    /// The state of one minimisation: the current point is always the best so far.
    private struct Search {
        let settings: LBFGS
        let budget: Int
        var x: Tensor
        var value = Double.infinity
        var gradient: Tensor
        var spent = 0
        var pairs: [(s: Tensor, y: Tensor, inverse: Double)] = []
        var recent: [Double] = []
        var sawNonFinite = false

        init(settings: LBFGS, budget: Int, start: Tensor) {
            self.settings = settings
            self.budget = budget
            self.x = start
            self.gradient = start
        }

        mutating func run(_ objective: (Tensor) throws -> (value: Double, gradient: Tensor)) rethrows -> Outcome {
            (value, gradient) = try objective(x)
            spent = 1
            guard value.isFinite, gradient.largestMagnitude.isFinite else { return outcome(.nonFinite) }
            while true {
                if gradient.largestMagnitude == 0 { return outcome(.converged) }
                if spent >= budget { return outcome(.iterations) }
                if try !advance(objective) {
                    if spent >= budget { return outcome(.iterations) }
                    // A bad direction may be stale history: once more along the gradient, then no further.
                    if pairs.isEmpty { return outcome(sawNonFinite ? .nonFinite : .converged) }
                    pairs = []
                    continue
                }
                recent.append(value)
                if recent.count > settings.patience {
                    let before = recent.removeFirst()
                    if before - value <= settings.tolerance * abs(before) { return outcome(.converged) }
                }
            }
        }

        /// Takes one step; false when no step along the direction lowers the value.
        private mutating func advance(
            _ objective: (Tensor) throws -> (value: Double, gradient: Tensor)
        ) rethrows -> Bool {
            let direction = direction()
            let slope = direction.dot(gradient)
            guard slope < 0 else { return false }
            var step = pairs.isEmpty ? min(1, 1 / gradient.absoluteSum) : 1
            sawNonFinite = false
            for _ in 0..<LBFGS.longestSearch where spent < budget {
                var candidate = x
                candidate.add(direction, times: Float(step))
                let (newValue, newGradient) = try objective(candidate)
                spent += 1
                guard newValue.isFinite, newGradient.largestMagnitude.isFinite else {
                    sawNonFinite = true
                    step *= 0.1
                    continue
                }
                if newValue <= value + LBFGS.sufficientDecrease * step * slope {
                    remember(candidate, newGradient)
                    (x, value, gradient) = (candidate, newValue, newGradient)
                    return true
                }
                // The minimum of the parabola through both values and the slope, kept within a tenth and a half.
                let parabola = -slope * step * step / (2 * (newValue - value - slope * step))
                step = min(max(parabola, 0.1 * step), 0.5 * step)
            }
            return false
        }

        private mutating func remember(_ newX: Tensor, _ newGradient: Tensor) {
            var s = newX
            s.add(x, times: -1)
            var y = newGradient
            y.add(gradient, times: -1)
            let curvature = s.dot(y)
            guard curvature > 0, curvature.isFinite else { return }
            pairs.append((s, y, 1 / curvature))
            if pairs.count > settings.history { pairs.removeFirst() }
        }

        /// −H·g by the two-loop recursion, with H₀ = sᵀy / yᵀy of the latest pair.
        private func direction() -> Tensor {
            var q = gradient
            var weights: [Double] = []
            for pair in pairs.reversed() {
                let weight = pair.s.dot(q) * pair.inverse
                q.add(pair.y, times: Float(-weight))
                weights.append(weight)
            }
            if let last = pairs.last { q.scale(by: Float(1 / (last.inverse * last.y.dot(last.y)))) }
            for (pair, weight) in zip(pairs, weights.reversed()) {
                q.add(pair.s, times: Float(weight - pair.y.dot(q) * pair.inverse))
            }
            q.scale(by: -1)
            return q
        }

        private func outcome(_ ended: Ending) -> Outcome {
            Outcome(x: x, value: value, evaluations: spent, ended: ended)
        }
    }
}
