internal import ArgumentParser
internal import Optimization

/// The optimizers, by name.
enum Method: String, CaseIterable, ExpressibleByArgument {
    case sgd, momentum, nesterov, rmsprop, adam

    /// The default learning rate.
    private var defaultLearningRate: Double {
        switch self {
        case .sgd: 0.1
        case .momentum, .nesterov: 0.02
        case .rmsprop: 0.001
        case .adam: 0.002
        }
    }

    /// The optimizer with an initial learning rate, nil for the default one.
    func optimizer(learningRate: Double?) -> any GradientMethod {
        let rate = learningRate ?? defaultLearningRate
        return switch self {
        case .sgd: GradientDescent(learningRate: rate)
        case .momentum: GradientDescent(learningRate: rate, momentum: 0.9)
        case .nesterov: GradientDescent(learningRate: rate, momentum: 0.9, isNesterov: true)
        case .rmsprop: RMSProp(learningRate: rate)
        case .adam: Adam(learningRate: rate)
        }
    }
}
