internal import Imaging
internal import NeuralNet

/// Where a harmonization stands at an evaluation: all that it needs to go on another time, in another process, and to
/// end with the same bits.
///
/// It holds the optimised pixels, what the optimizer has learned, the pictures and losses of the passes before, and the
/// checksums of what all of that was made from.
public struct HarmonizationCheckpoint: Sendable {
    /// What is harmonized, and how.
    let subject: Subject
    /// What the passes before this one have made.
    var repainting: Repainting
    /// How far this pass has come; nil at its beginning.
    private(set) var pass: Pass.State?
    /// The seconds that this pass took so far.
    private(set) var seconds: Double

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

    init(_ subject: Subject, _ repainting: Repainting, _ pass: Pass.State? = nil, seconds: Double = 0) {
        (self.subject, self.repainting, self.pass, self.seconds) = (subject, repainting, pass, seconds)
    }

    /// The number of evaluations that led there, of all passes.
    public var evaluations: Int {
        repainting.records.reduce(pass?.evaluations.count ?? 0) { $0 + $1.evaluations.count }
    }

    /// The same harmonization at an evaluation of the pass at work.
    func reached(_ state: Pass.State?, after seconds: Double) -> Self {
        Self(subject, repainting, state, seconds: seconds)
    }

    /// Takes what the pass at work made in the end.
    mutating func took(_ picture: Image, _ record: PassRecord, _ tapScale: [VGG16.Tap: Float]) {
        repainting.took(picture, record, tapScale)
        (pass, seconds) = (nil, 0)
    }

    /// Throws ``HarmonizationError/otherCheckpoint(_:)`` unless it is of `other`, and
    /// ``HarmonizationError/unusableCheckpoint`` where what it holds does not fit the work that is then done.
    func check(_ other: Subject, _ schedule: Schedule) throws(HarmonizationError) {
        let differences = subject.differences(from: other)
        guard differences.isEmpty else { throw .otherCheckpoint(differences) }
        // Nothing that was written fails here; but a trap is no answer to anything that was not.
        guard schedule.rounds.contains(where: { $0.index == repainting.index }) else { throw .unusableCheckpoint }
        let mask = schedule.compositions[repainting.index].looseMask
        let pictures = [repainting.first, repainting.second].compactMap(\.self)
        guard pictures.allSatisfy({ $0.size == mask.size }), pass?.fits(variables: mask.pixelCount) ?? true else {
            throw .unusableCheckpoint
        }
    }
}

extension Pass.State {
    /// Whether all of it is of that many pixels, and of as many evaluations as it says.
    fileprivate func fits(variables: Int) -> Bool {
        let tensors = [minimization.x, minimization.best?.x].compactMap(\.self) + minimization.optimizer.memory.vectors
        return tensors.allSatisfy { $0.shape == [variables, 3] } && evaluations.count == minimization.spent
    }
}
