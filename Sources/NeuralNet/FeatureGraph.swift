internal import Tensors

/// A graph that takes a picture to features at the taps of a network.
struct FeatureGraph: Sendable {
    /// Where the picture is fed.
    let picture: Graph.Value
    /// Where features are read.
    var taps: [VGG16.Tap: Graph.Value] = [:]
    private var graph = Graph()

    /// A graph of a picture alone.
    init() { picture = graph.input() }

    /// Adds a layer.
    mutating func apply(_ layer: some FunctionNode, to value: Graph.Value) -> Graph.Value {
        graph.apply(layer, to: value)
    }

    /// The features of `x` at `wanted`.
    func features(of x: Tensor, at wanted: [VGG16.Tap]) -> [VGG16.Tap: Tensor] {
        named(graph.evaluate(wanted.compactMap { taps[$0] }, feeding: [picture: x]).outputs, wanted)
    }

    /// The features of `x` at `wanted`, and the function that takes gradients there to the gradient at `x`.
    func differentiableFeatures(of x: Tensor, at wanted: [VGG16.Tap])
        -> (features: [VGG16.Tap: Tensor], gradient: (consuming [VGG16.Tap: Tensor]) -> Tensor)
    {
        let evaluation = graph.evaluate(
            wanted.compactMap { taps[$0] }, feeding: [picture: x], differentiating: [picture])
        let (picture, values, tape, shape) = (picture, taps, evaluation.tape, x.shape)
        return (
            named(evaluation.outputs, wanted),
            { (seeds: consuming [VGG16.Tap: Tensor]) in
                var gradients: [Graph.Value: Tensor] = [:]
                for (tap, gradient) in seeds { if let value = values[tap] { gradients[value] = gradient } }
                seeds = [:]
                return tape.gradients([picture], from: consume gradients)[picture] ?? Tensor(shape: shape, repeating: 0)
            }
        )
    }

    private func named(_ outputs: [Graph.Value: Tensor], _ wanted: [VGG16.Tap]) -> [VGG16.Tap: Tensor] {
        wanted.reduce(into: [:]) { features, tap in features[tap] = taps[tap].flatMap { outputs[$0] } }
    }
}
