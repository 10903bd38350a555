package import NeuralNet
package import Tensors

/// A network whose features are divided, tap by tap, by their mean over a painting, so that the losses weigh the same
/// for every network and every painting.
package struct ScaledNetwork: Sendable {
    private let network: VGG16
    /// The mean feature of the painting at each tap, over positions and channels.
    package let tapScale: [VGG16.Tap: Float]

    /// The network scaled to `painting` (H×W×3), and the painting's scaled features at all taps.
    ///
    /// Throws ``HarmonizationError/deadTap(_:)`` where a tap's mean is 0 or not finite.
    package static func scaled(_ network: VGG16, to painting: Tensor) throws(HarmonizationError)
        -> (network: ScaledNetwork, features: [VGG16.Tap: Tensor])
    {
        var features = network.features(of: painting, at: VGG16.Tap.allCases)
        var scale: [VGG16.Tap: Float] = [:]
        for tap in VGG16.Tap.allCases {
            guard let values = features[tap] else { continue }
            let mean = Float(values.sum / Double(values.count))
            guard mean.isFinite, mean > 0 else { throw .deadTap(tap) }
            scale[tap] = mean
        }
        let scaled = ScaledNetwork(network: network, tapScale: scale)
        scaled.divide(&features)
        return (scaled, features)
    }

    /// The scaled features of `x` at `taps`.
    package func features(of x: Tensor, at taps: [VGG16.Tap]) -> [VGG16.Tap: Tensor] {
        var features = network.features(of: x, at: taps)
        divide(&features)
        return features
    }

    /// The scaled features of `x` at `taps`, and the function that takes gradients there to the gradient at `x`.
    package func differentiableFeatures(of x: Tensor, at taps: [VGG16.Tap])
        -> (features: [VGG16.Tap: Tensor], gradient: (consuming [VGG16.Tap: Tensor]) -> Tensor)
    {
        var (features, gradient) = network.differentiableFeatures(of: x, at: taps)
        divide(&features)
        return (
            features,
            { gradients in
                var gradients = gradients
                divide(&gradients)
                return gradient(gradients)
            }
        )
    }

    private func divide(_ tensors: inout [VGG16.Tap: Tensor]) {
        for (tap, scale) in tapScale { tensors[tap]?.scale(by: 1 / scale) }
    }
}
