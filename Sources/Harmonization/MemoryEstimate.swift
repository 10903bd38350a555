internal import Imaging
internal import NeuralNet

/// An estimate of a run's peak memory, within about a quarter of measured values.
enum MemoryEstimate {
    /// The bytes of the program and its libraries.
    private static let program = 40_000_000
    /// The values stored for each weight: transformed for both directions, of two copies of the network.
    private static let preparedKernel = 9.0

    /// The peak memory of a run by `schedule` in bytes: program + network + paintings of all sizes + max(result and its
    /// file, largest working set of a size).
    ///
    /// The working set is that of a band of the painting in the network plus max(first layers' maps over the crop,
    /// evaluation), where an evaluation holds the features at the taps, two such maps, L-BFGS's vectors and the losses'
    /// positions.
    static func bytes(of schedule: Schedule, _ network: VGG16) -> Int {
        let maps = 2 * Double(network.channels[.relu1_1] ?? 0)
        let taps = network.channels.reduce(0.0) { $0 + Double($1.value) / Double(1 << (2 * $1.key.depth)) }
        let work = schedule.rounds.map { round in
            let composition = schedule.compositions[round.sizeIndex]
            let setUp = Double(composition.looseMask.size.pixelCount) * (maps + 10)
            let evaluation = Double(composition.evaluated.size.pixelCount) * (taps + maps + 110)
            let band = maps * Double(min(composition.painting.size.pixelCount, VGG16.bandPixels))
            return band + max(setUp, evaluation)
        }
        let result = 4.5 * Double(schedule.compositions[0].painting.size.pixelCount)
        let paintings = schedule.compositions.reduce(0.0) { $0 + 3 * Double($1.painting.size.pixelCount) }
        let kernels = preparedKernel * Double(network.work(to: .relu5_1).weights)
        return program + Int(4 * (kernels + paintings + work.reduce(result, max)))
    }
}
