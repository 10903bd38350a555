import NeuralNet

/// A small network with random weights and maximum pooling.
enum TestNetwork {
    static let network = (try? WeightsFixture.network(WeightsFixture.names, [4, 4, 6, 6, 8, 8, 8, 10, 10, 10, 12]))
        .map { VGG16($0) }
}
