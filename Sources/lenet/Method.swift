internal import ArgumentParser
internal import Optimization

/// The optimizers, by name.
enum Method: String, CaseIterable, ExpressibleByArgument {
    case sgd, momentum, nesterov, rmsprop, adam

    /// The default learning rate of a training whose rate falls.
    var startingRate: Double {
        switch self {
        case .sgd: 0.1
        case .momentum, .nesterov: 0.02
        case .rmsprop: 0.001
        case .adam: 0.002
        }
    }

    /// The default largest learning rate of a cycle, which gives each of them momentum.
    var largestRate: Double {
        switch self {
        case .sgd, .momentum, .nesterov: 0.03
        case .rmsprop: 0.0003
        case .adam: 0.006
        }
    }

    /// The optimizer with an initial learning rate.
    func optimizer(learningRate rate: Double) -> any GradientMethod {
        switch self {
        case .sgd: GradientDescent(learningRate: rate)
        case .momentum: GradientDescent(learningRate: rate, momentum: 0.9)
        case .nesterov: GradientDescent(learningRate: rate, momentum: 0.9, isNesterov: true)
        case .rmsprop: RMSProp(learningRate: rate)
        case .adam: Adam(learningRate: rate)
        }
    }
}
