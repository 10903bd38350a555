package import Tensors

/// A network that computes features of a picture at the taps of a ``VGG16``.
package protocol FeatureExtractor: Sendable {
    /// The network's layers.
    var graph: FeatureGraph { get }
}

extension FeatureExtractor {
    /// The features of `x` (H×W×3, sRGB 0…1) at `wanted`, each ⌊H/2^depth⌋×⌊W/2^depth⌋×C; those of a ``LocalVGG16`` in
    /// their regions, where x is the changeable part of the picture.
    package func features(of x: Tensor, at wanted: [VGG16.Tap]) -> [VGG16.Tap: Tensor] {
        graph.named(graph.layers.evaluate(graph.values(wanted), feeding: [graph.picture: x]).outputs, wanted)
    }

    /// The features of `x` at `wanted`, and the function that maps gradients there to the gradient with respect to `x`.
    package func differentiableFeatures(of x: Tensor, at wanted: [VGG16.Tap])
        -> (features: [VGG16.Tap: Tensor], gradient: (consuming [VGG16.Tap: Tensor]) -> Tensor)
    {
        let (picture, taps, shape) = (graph.picture, graph.taps, x.shape)
        let evaluation = graph.layers.evaluate(
            graph.values(wanted), feeding: [picture: x], differentiating: [picture])
        let tape = evaluation.tape
        return (
            graph.named(evaluation.outputs, wanted),
            { (seeds: consuming [VGG16.Tap: Tensor]) in
                var gradients: [Graph.Value: Tensor] = [:]
                for (tap, gradient) in seeds { if let value = taps[tap] { gradients[value] = gradient } }
                seeds = [:]
                return tape.gradients([picture], from: consume gradients)[picture] ?? Tensor(shape: shape, repeating: 0)
            }
        )
    }
}

/// A graph that computes features at taps from a picture.
package struct FeatureGraph: Sendable {
    /// The input for the picture.
    let picture: Graph.Value
    /// The value at each tap.
    var taps: [VGG16.Tap: Graph.Value] = [:]
    /// The picture and the layers so far.
    var layers = Graph()

    /// A graph with the picture alone.
    init() { picture = layers.input() }

    fileprivate func values(_ wanted: [VGG16.Tap]) -> [Graph.Value] { wanted.compactMap { taps[$0] } }

    fileprivate func named(_ outputs: [Graph.Value: Tensor], _ wanted: [VGG16.Tap]) -> [VGG16.Tap: Tensor] {
        wanted.reduce(into: [:]) { features, tap in features[tap] = taps[tap].flatMap { outputs[$0] } }
    }
}
