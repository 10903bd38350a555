public import NeuralNet
internal import Tensors

/// How fast this machine is with a network, to tell seconds from hours before the work begins.
public struct WorkSpeed: Equatable, Sendable {
    /// How many times as fast as the machine that costs are counted on.
    package let factor: Double

    /// Measures how long evaluations of a small picture take: some tenths of a second with VGG16.
    ///
    /// - Parameter threads: the threads that will work at a time; nil: one for each core.
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
            // The first one takes memory that the others find.
            return nominal / max(seconds.dropFirst().min() ?? 1, 1e-6)
        }
        MemoryPool.shared.drain()
    }
}
