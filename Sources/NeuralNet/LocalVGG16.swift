package import Geometry
package import Tensors

/// A network over the part of a picture that may change: see ``VGG16/local(to:of:)``.
package struct LocalVGG16: Sendable {
    private let graph: FeatureGraph
    /// The part of each tap that the local features cover.
    package let regions: [VGG16.Tap: Region]

    init(graph: FeatureGraph, regions: [VGG16.Tap: Region]) {
        self.graph = graph
        self.regions = regions
    }

    /// The features at `taps`, in their regions, where the changeable part of the picture is `x`.
    package func features(of x: Tensor, at taps: [VGG16.Tap]) -> [VGG16.Tap: Tensor] {
        graph.features(of: x, at: taps)
    }

    /// The features at `taps`, in their regions, where the changeable part of the picture is `x`, and the function
    /// that takes gradients there to the gradient at `x`.
    package func differentiableFeatures(of x: Tensor, at taps: [VGG16.Tap])
        -> (features: [VGG16.Tap: Tensor], gradient: (consuming [VGG16.Tap: Tensor]) -> Tensor)
    {
        graph.differentiableFeatures(of: x, at: taps)
    }
}
