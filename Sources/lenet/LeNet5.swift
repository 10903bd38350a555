internal import NeuralNet
internal import Tensors

/// LeNet-5 (LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition", 1998, figure
/// 2), with ReLU instead of sigmoids, max pooling instead of means, and a softmax instead of radial basis functions.
enum LeNet5 {
    /// The side of an input in pixels: a digit of 20×20 with a padding of 4.
    static let side = 28

    /// The kind of the poolings.
    static let pooling = Pooling.max

    /// The layers, from a 28×28 picture to a score for each digit.
    static let layers: [Classifier.Layer] = [
        .convolution(6, kernel: 5, padding: .same), .relu,  // C1: 28×28×6
        .pooling(pooling),  // S2: 14×14×6
        .convolution(16, kernel: 5, padding: .valid), .relu,  // C3: 10×10×16
        .pooling(pooling),  // S4: 5×5×16
        .fullyConnected(120), .relu,  // C5
        .fullyConnected(84), .relu,  // F6
        .fullyConnected(10),
    ]

    /// The network with its initial parameters.
    static func network(seed: UInt64) -> Classifier {
        Classifier(input: [side, side, 1], layers, initialization: .he, seed: seed)
    }
}
