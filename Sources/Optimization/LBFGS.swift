public import Tensors

/// Limited-memory BFGS for smooth functions (Nocedal and Wright, Numerical Optimization, algorithm 7.4).
///
/// The direction d comes from the two-loop recursion over the last pairs s = Δx, y = Δg with sᵀy > 0. The line search
/// begins at x + t·d with t = min(1, 1/‖g‖₁) along d = −g in the first step, and with t = 1 in later ones; while the
/// Armijo condition fails, t is reduced by quadratic interpolation. The value therefore never rises.
///
/// The recursion runs on the coefficients of s, y and g, for which it needs only their inner products (Chen, Wang and
/// Zhou, "Large-scale L-BFGS using MapReduce", 2014). A step reads the vectors three times: for the products with the
/// new pair, for those with the gradient and for the direction, instead of four times for each pair.
public struct LBFGS: Optimizer {
    /// The number of pairs that are kept, at least 1.
    public let history: Int

    /// The minimisation has converged when the value fell by at most this fraction in `patience` steps.
    public let tolerance: Double

    /// See `tolerance`; at least 1.
    public let patience: Int

    /// c₁ of the Armijo condition f(x + t·d) ≤ f(x) + c₁·t·gᵀd.
    private static let sufficientDecrease = 1e-4

    /// The maximum number of evaluations of a line search.
    private static let longestSearch = 12

    /// The value and gradient at the current point; nil before the first step, which evaluates them.
    private var current: (value: Double, gradient: Tensor)?
    /// The values before the latest steps, oldest first, at most `patience`.
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
            // The history may be stale: retry along the negative gradient, then end.
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

    /// The outcome of a line search.
    private enum SearchOutcome {
        case reached(Tensor, value: Double, gradient: Tensor)
        case failed(sawNonFinite: Bool)
        /// No more evaluations were available.
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
            // The minimum of the parabola through both values and the slope, clamped to 0.1…0.5 of the step.
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
        // Each product is independent of the others, so these have the original bits.
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

        /// Appends a pair if its curvature sᵀy is positive, and drops the oldest beyond `history`.
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
