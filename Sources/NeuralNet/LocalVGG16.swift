package import Geometry
package import Tensors

/// A network over the part of a picture that may change: see ``VGG16/local(to:of:)``.
package struct LocalVGG16: FeatureExtractor {
    package let graph: FeatureGraph
    /// The part of each tap that the local features cover.
    package let regions: [VGG16.Tap: Region]
}

extension VGG16 {
    /// The network over the part of `picture` (H×W×3) in which pixels may change, the rest staying as it is; and the
    /// features of all of `picture` at each tap.
    ///
    /// Each convolution reaches one position further than its input; beyond that, features do not depend on the pixels
    /// in `region` and are read off one evaluation of the whole picture. So a local evaluation gives, at each tap, the
    /// whole picture's features wherever they can change at all, at the cost of that part alone.
    package func local(to region: Region, of picture: Tensor)
        -> (network: LocalVGG16, features: [Tap: Tensor])
    {
        var local = FeatureGraph()
        var (frame, region) = (Region.whole(of: picture), region)
        var regions: [Tap: Region] = [:], features: [Tap: Tensor] = [:]
        var constant = normalization.value(picture)
        var value = local.layers.apply(normalization, to: local.picture)
        for step in steps {
            var reached = region.grown(by: 1, within: frame)
            if step.pools { reached = reached.aligned(to: 1, within: frame) }
            value = local.layers.apply(step.layer.laid(region, in: constant, giving: reached), to: value)
            constant = step.layer.value(constant)
            (frame, region) = step.pools ? (frame.halved(), reached.halved()) : (frame, reached)
            if let tap = step.tap { (local.taps[tap], regions[tap], features[tap]) = (value, region, constant) }
        }
        return (LocalVGG16(graph: local, regions: regions), features)
    }
}
