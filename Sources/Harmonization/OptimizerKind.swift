package import Optimization

/// How a pass is minimised.
public enum OptimizerKind: String, CaseIterable, Codable, Sendable {
    /// L-BFGS with a history of 10: the loss never rises, and it falls fastest.
    case lbfgs
    /// Adam with a rate of 0.02: each evaluation is a step, and the best of them is the result. (On the sample, rates from
    /// 0.005 to 0.05 end with losses within 7 % of that one's.)
    case adam

    /// A pass' optimizer at its beginning.
    package var optimizer: any Optimizer {
        switch self {
        case .lbfgs: LBFGS()
        case .adam: Adam(rate: 0.02)
        }
    }
}
