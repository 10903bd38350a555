internal import Imaging
internal import NeuralNet

/// A resumable state of a harmonization: another process can continue from it and ends with the same result, to the
/// bit.
///
/// It holds the optimised pixels, the optimizer's state, the pictures and losses of earlier passes, and checksums of
/// the inputs.
///
///     try evaluation.checkpoint.write(to: "cup.checkpoint")
///     let checkpoint = try HarmonizationCheckpoint(reading: "cup.checkpoint")
///     let result = try harmonizer.harmonize(painting, with: placed, from: checkpoint)
public struct HarmonizationCheckpoint: Sendable {
    /// The inputs and settings.
    let subject: Subject
    /// The results so far.
    let state: RunState

    init(_ subject: Subject, _ state: RunState) { (self.subject, self.state) = (subject, state) }

    /// The number of evaluations so far, of all passes.
    public var evaluations: Int { state.evaluations }

    /// An input or setting in which a checkpoint differs from the harmonization it is used with; the raw value is its
    /// name.
    public enum Difference: String, CaseIterable, Sendable {
        case painting, object, mask
        case looseMask = "loose mask"
        /// The object's position and size in the painting.
        case place
        case model, iterations
        case styleLevel = "style level"
        case detail
        case styleRegion = "style region"
        case keepColors = "keeping of colours"
        case matchColors = "matching of colours"
        case faithful
        case optimizer
        case histogramRange = "histogram range"
        case contentWeight = "content weight"
        case styleWeight = "style weight"
        case histogramWeight = "histogram weight"
        case tvWeight = "weight of the total variation"
        case size
    }

    /// Validates the checkpoint for a harmonization.
    ///
    /// Throws ``HarmonizationError/otherCheckpoint(_:)`` unless its subject equals `other`, and
    /// ``HarmonizationError/unusableCheckpoint`` where its contents do not fit the schedule.
    func check(_ other: Subject, _ schedule: Schedule) throws(HarmonizationError) {
        let differences = subject.differences(from: other)
        guard differences.isEmpty else { throw .otherCheckpoint(differences) }
        // A file from another source must not lead to a trap.
        guard schedule.rounds.contains(where: { $0.sizeIndex == state.sizeIndex }) else { throw .unusableCheckpoint }
        let mask = schedule.compositions[state.sizeIndex].looseMask
        let pictures = [state.stage1, state.stage2].compactMap(\.self)
        guard pictures.allSatisfy({ $0.size == mask.size }), state.pass?.fits(variables: mask.pixelCount) ?? true
        else { throw .unusableCheckpoint }
    }
}

extension PassState {
    /// Whether all vectors have the shape `variables`×3, and there is a record of every evaluation.
    fileprivate func fits(variables: Int) -> Bool {
        let tensors = [minimization.x, minimization.best?.x].compactMap(\.self) + minimization.optimizer.state.vectors
        return tensors.allSatisfy { $0.shape == [variables, 3] || $0.shape == [variables, 1] }
            && evaluations.count == minimization.spent
    }
}
