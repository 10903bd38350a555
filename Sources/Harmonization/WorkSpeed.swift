public import NeuralNet
internal import Tensors

/// The measured speed of this machine with a network, for ``HarmonizationPlan/seconds(speed:)``.
public struct WorkSpeed: Equatable, Sendable {
    /// The speed relative to the reference machine of ``TimeEstimate``.
    package let factor: Double

    /// Measures evaluations of a picture of 192×192 pixels, which takes some tenths of a second with VGG16.
    ///
    /// - Parameter threads: the number of threads, as in ``Settings/threads``; nil: one per core.
    public init(measuring network: VGG16, threads: Int? = nil) {
        let side = 192
        factor = Parallel.with(threads: threads) {
            let picture = Tensor(shape: [side, side, 3], repeating: 0.5)
            let local = network.local(to: .whole(of: picture), of: picture).network
            let seconds = (0..<3).map { _ in
                let clock = Stopwatch()
                let (features, gradient) = local.differentiableFeatures(of: picture, at: [.relu4_1, .relu5_1])
                _ = gradient(features)
                return clock.seconds
            }
            let nominal = TimeEstimate.network(pixels: Double(side * side), network, to: .relu5_1)
            // The first evaluation also allocates the memory that the others reuse.
            return nominal / max(seconds.dropFirst().min() ?? 1, 1e-6)
        }
        MemoryPool.shared.drain()
    }
}
