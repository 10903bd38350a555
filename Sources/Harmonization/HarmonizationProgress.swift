public import Imaging

/// What a harmonization reports while it works.
public enum HarmonizationProgress: Sendable {
    /// What will be done; comes first.
    case planned(HarmonizationPlan)
    /// The set-up of a pass began: the painting is read and matched.
    case began(HarmonizationPlan.Step)
    /// The losses and the gradient were evaluated once.
    case evaluated(Evaluation)
    /// A pass ended.
    case finished(PassRecord)
    /// All passes have ended; the polish began.
    case polishing

    /// An evaluation of loss and gradient.
    public struct Evaluation: Sendable {
        /// The pass it belongs to.
        public let step: HarmonizationPlan.Step
        /// Its number in the pass, from 1.
        public let number: Int
        /// The losses there.
        public let losses: LossRecord
        /// The seconds since the pass's set-up began.
        public let seconds: Double
        /// Where the harmonization stood just before: see ``Harmonizer/harmonize(_:with:from:progress:isCancelled:)``.
        public let checkpoint: HarmonizationCheckpoint
        let picture: @Sendable () -> Patch

        /// The part of the painting as this evaluation saw it, at the painting's size and not polished; made anew at each
        /// call.
        public var preview: Patch { picture() }
    }
}
