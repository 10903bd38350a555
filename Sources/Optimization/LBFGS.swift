public import Tensors

/// Limited-memory BFGS for smooth functions (Nocedal and Wright, Numerical Optimization, algorithm 7.4).
///
/// The direction comes from the two-loop recursion over the last pairs s = Δx, y = Δg with sᵀy > 0. The first step
/// has length 1/‖g‖₁ along the negative gradient, later ones start at 1; a step that does not lower the value enough
/// (Armijo) is shortened by quadratic interpolation. The value therefore never rises.
///
/// The recursion runs on the coefficients of all s, all y and g, for which it needs their inner products alone (Chen,
/// Wang and Zhou, "Large-scale L-BFGS using MapReduce", 2014): three passes over the vectors for a step, for the
/// products with the new pair, for those with the gradient and for the direction, instead of four for each pair.
public struct LBFGS: Optimizer {
    /// The number of pairs that are kept, at least 1.
    public let history: Int

    /// The minimisation has converged when the value fell by less than this part of itself in `patience` steps.
    public let tolerance: Double

    /// See `tolerance`; at least 1.
    public let patience: Int

    /// The part of the decrease promised by the gradient that a step must reach.
    private static let sufficientDecrease = 1e-4

    /// The evaluations spent on one direction before it is given up.
    private static let longestSearch = 12

    /// The function's value and gradient at the point where it stands; nil before the first step, which finds them out.
    private var current: (value: Double, gradient: Tensor)?
    /// The values before the latest steps, oldest first: as many as `patience` at most.
    private var recent: [Double] = []
    private var pairs = Pairs()

    /// L-BFGS before its first step.
    public init(history: Int = 10, tolerance: Double = 1e-7, patience: Int = 10) {
        (self.history, self.tolerance, self.patience) = (history, tolerance, patience)
    }

    /// See ``Optimizer/step(_:_:)``.
    public mutating func step(
        _ x: inout Tensor, _ evaluate: (Tensor) -> (value: Double, gradient: Tensor)?
    ) -> StopReason? {
        guard let (value, gradient) = current else {
            guard let (value, gradient) = evaluate(x) else { return nil }
            let square = gradient.dot(gradient)
            guard value.isFinite, square.isFinite else { return .nonFinite }
            current = (value, gradient)
            return square == 0 ? .converged : nil
        }
        switch search(x, value, gradient, evaluate) {
        case .stopped: return nil
        case .failed(let sawNonFinite):
            // A bad direction may be stale history: once more along the gradient, then no further.
            if pairs.isEmpty { return sawNonFinite ? .nonFinite : .converged }
            pairs = Pairs()
            return nil
        case .reached(let point, let newValue, let newGradient):
            pairs.append(
                s: Tensor.combination([point, x], [1, -1]), y: Tensor.combination([newGradient, gradient], [1, -1]),
                keeping: history)
            x = point
            current = (newValue, newGradient)
            recent.append(newValue)
            if recent.count > patience {
                let before = recent.removeFirst()
                if before - newValue <= tolerance * abs(before) { return .converged }
            }
            return newGradient.dot(newGradient) == 0 ? .converged : nil
        }
    }

    /// What became of looking for a lower value along a direction.
    private enum SearchOutcome {
        case reached(Tensor, value: Double, gradient: Tensor)
        case failed(sawNonFinite: Bool)
        /// No more evaluations could be made.
        case stopped
    }

    private func search(
        _ x: Tensor, _ value: Double, _ gradient: Tensor,
        _ evaluate: (Tensor) -> (value: Double, gradient: Tensor)?
    ) -> SearchOutcome {
        let (direction, slope) = pairs.direction(gradient)
        guard slope < 0 else { return .failed(sawNonFinite: false) }
        var step = pairs.isEmpty ? min(1, 1 / gradient.absoluteSum) : 1
        var sawNonFinite = false
        for _ in 0..<Self.longestSearch {
            let candidate = Tensor.combination([x, direction], [1, Float(step)])
            guard let (newValue, newGradient) = evaluate(candidate) else { return .stopped }
            guard newValue.isFinite, newGradient.dot(newGradient).isFinite else {
                sawNonFinite = true
                step *= 0.1
                continue
            }
            if newValue <= value + Self.sufficientDecrease * step * slope {
                return .reached(candidate, value: newValue, gradient: newGradient)
            }
            // The minimum of the parabola through both values and the slope, kept within a tenth and a half.
            let parabola = -slope * step * step / (2 * (newValue - value - slope * step))
            step = min(max(parabola, 0.1 * step), 0.5 * step)
        }
        return .failed(sawNonFinite: sawNonFinite)
    }

    /// The gradient, and then s and y of each pair, oldest first; the value, and those before the latest steps.
    public var state: OptimizerState {
        guard let (value, gradient) = current else { return OptimizerState() }
        return OptimizerState(
            vectors: [gradient] + pairs.all.flatMap { [$0.s, $0.y] }, numbers: [value] + recent)
    }

    /// See ``Optimizer/restored(from:)``.
    public func restored(from state: OptimizerState) -> Self? {
        var result = LBFGS(history: history, tolerance: tolerance, patience: patience)
        guard let gradient = state.vectors.first, let value = state.numbers.first else {
            return state.vectors.isEmpty && state.numbers.isEmpty ? result : nil
        }
        let pairs = state.vectors.dropFirst()
        guard pairs.count % 2 == 0, pairs.allSatisfy({ $0.count == gradient.count }) else { return nil }
        result.current = (value, gradient)
        result.recent = Array(state.numbers.dropFirst())
        // A product does not depend on those it is made with, so these are the bits that were.
        for i in stride(from: pairs.startIndex, to: pairs.endIndex, by: 2) {
            result.pairs.append(s: pairs[i], y: pairs[i + 1], keeping: pairs.count / 2)
        }
        return result
    }

    /// The latest pairs, oldest first, and their inner products.
    private struct Pairs: Sendable {
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
