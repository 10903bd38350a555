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
        /// Its number among the evaluations of all passes, from 1, those before a restored checkpoint included.
        public let totalNumber: Int
        /// The losses there.
        public let losses: LossRecord
        /// The seconds since the pass's set-up began.
        public let seconds: Double
        let makeCheckpoint: @Sendable () -> HarmonizationCheckpoint
        let makePreview: @Sendable () -> Patch

        /// The state at the step that this evaluation belongs to, for
        /// ``Harmonizer/harmonize(_:with:from:progress:isCancelled:)`` to start from; made anew at each use.
        public var checkpoint: HarmonizationCheckpoint { makeCheckpoint() }

        /// The changed part of the painting at this evaluation, at the painting's size and not polished; made anew at
        /// each use.
        public var preview: Patch { makePreview() }
    }
}
