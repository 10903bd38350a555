internal import Imaging
internal import NeuralNet

/// The state of a harmonization at an evaluation, and what it is the state of: sufficient to continue at another time, in
/// another process, and to end with the same bits.
///
/// It holds the optimised pixels, the optimizer's state, the pictures and losses of the passes before, and checksums of
/// everything that these were computed from.
public struct HarmonizationCheckpoint: Sendable {
    /// The inputs and settings.
    let subject: Subject
    /// The results so far.
    let state: RunState

    init(_ subject: Subject, _ state: RunState) { (self.subject, self.state) = (subject, state) }

    /// The number of evaluations that led there, of all passes.
    public var evaluations: Int { state.evaluations }

    /// Something that a checkpoint's harmonization does not have in common with another one, in
    /// words.
    public enum Difference: String, CaseIterable, Sendable {
        case painting, object, mask
        case looseMask = "loose mask"
        /// Where in the painting the object is, and its size there.
        case place
        case model, iterations
        case styleLevel = "style level"
        case polish
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

    /// Throws ``HarmonizationError/otherCheckpoint(_:)`` unless it is a state of `other`, and
    /// ``HarmonizationError/unusableCheckpoint`` where its contents do not fit the schedule.
    func check(_ other: Subject, _ schedule: Schedule) throws(HarmonizationError) {
        let differences = subject.differences(from: other)
        guard differences.isEmpty else { throw .otherCheckpoint(differences) }
        // A file that was written here passes; one that was not must not end in a trap.
        guard schedule.rounds.contains(where: { $0.sizeIndex == state.sizeIndex }) else { throw .unusableCheckpoint }
        let mask = schedule.compositions[state.sizeIndex].looseMask
        let pictures = [state.stage1, state.stage2].compactMap(\.self)
        guard pictures.allSatisfy({ $0.size == mask.size }), state.pass?.fits(variables: mask.pixelCount) ?? true
        else { throw .unusableCheckpoint }
    }
}

extension PassState {
    /// Whether all vectors are of that many pixels, and there is a record of every evaluation.
    fileprivate func fits(variables: Int) -> Bool {
        let tensors = [minimization.x, minimization.best?.x].compactMap(\.self) + minimization.optimizer.memory.vectors
        return tensors.allSatisfy { $0.shape == [variables, 3] } && evaluations.count == minimization.spent
    }
}
