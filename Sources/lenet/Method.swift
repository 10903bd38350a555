internal import ArgumentParser
internal import Optimization

/// The ways to learn, by name.
enum Method: String, CaseIterable, ExpressibleByArgument {
    case sgd, momentum, nesterov, rmsprop, adam

    /// A rate that it learns well with.
    var rate: Double {
        switch self {
        case .sgd: 0.1
        case .momentum, .nesterov: 0.02
        case .rmsprop: 0.001
        case .adam: 0.002
        }
    }

    /// The optimizer as it begins.
    var optimizer: any GradientMethod {
        switch self {
        case .sgd: GradientDescent(learningRate: rate)
        case .momentum: GradientDescent(learningRate: rate, momentum: 0.9)
        case .nesterov: GradientDescent(learningRate: rate, momentum: 0.9, isNesterov: true)
        case .rmsprop: RMSProp(learningRate: rate)
        case .adam: Adam(learningRate: rate)
        }
    }
}
