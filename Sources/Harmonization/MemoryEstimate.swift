internal import Imaging
internal import NeuralNet

/// An estimate of a run's peak memory, within about a quarter of measured values.
enum MemoryEstimate {
    /// The bytes of the program and its libraries.
    private static let program = 40_000_000
    /// The values stored for each weight: transformed for both directions, of two copies of the network.
    private static let preparedKernel = 9.0

    /// The floats of a synthesis: per pixel of the painting it learns from (planes, patches and their tree), and of the
    /// region that is synthesized; at larger sizes per pixel of the region alone, with the tiles of the painting.
    private static let style = 26.0, synthesis = 60.0, enlarging = 36.0 + 6 * 9

    /// The peak memory of a run by `schedule` in bytes: program + network + max(painting, result and its file;
    /// paintings and crops of all sizes + the largest working set of a size or a synthesis).
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
                + (round.steps.last?.pass == 2 ? kept(schedule, composition, network) : 0)
        }
        let syntheses = schedule.hand == nil ? [] : synthesisFloats(schedule)
        // The painting, its samples with the result and the file of these.
        let result = 4.5 * Double(schedule.compositions[0].painting.size.pixelCount)
        let paintings = schedule.compositions.reduce(0.0) {
            $0 + 3 * Double($1.painting.size.pixelCount) + 9 * Double($1.looseMask.size.pixelCount)
        }
        let kernels = preparedKernel * Double(network.work(to: .relu5_1).weights)
        return program + Int(4 * (kernels + max(result, paintings + ((work + syntheses).max() ?? 0))))
    }

    /// The features of the painting that pass 2 keeps to be matched anew.
    private static func kept(_ schedule: Schedule, _ composition: Composition, _ network: VGG16) -> Double {
        guard schedule.hand != nil else { return 0 }
        let count = StyleTargets.matchedTaps.reduce(0.0) {
            $0 + Double(composition.size(of: $1).pixelCount * (network.channels[$1] ?? 0))
        }
        return count > Double(PaintingStyle.largestKept) ? 0 : count
    }

    /// The working set of the synthesis at each size.
    private static func synthesisFloats(_ schedule: Schedule) -> [Double] {
        guard let worked = schedule.rounds.last?.sizeIndex else { return [] }
        return schedule.compositions[...worked].enumerated().map { index, composition in
            let region = Double(composition.evaluated.size.pixelCount)
            guard index == worked else { return enlarging * region }
            return style * Double(composition.painting.size.pixelCount) + synthesis * region
        }
    }
}
