public import Imaging

/// A progress report of a harmonization.
public enum HarmonizationProgress: Sendable {
    /// The plan; reported first.
    case planned(HarmonizationPlan)
    /// The set-up of a pass began: features of the painting are computed and matched.
    case began(HarmonizationPlan.Step)
    /// The losses and the gradient were evaluated once.
    case evaluated(Evaluation)
    /// A pass ended.
    case finished(PassRecord)
    /// The synthesis at a size of the painting began, after the last pass.
    case synthesizing(Size)
    /// A step between or after the passes gave a picture.
    case painted(Painting)

    /// A picture that is not made by a pass.
    public struct Painting: Sendable {
        /// What made a picture.
        public enum Step: Equatable, Sendable {
            /// The object in the painter's colours.
            case guide
            /// The first synthesis, from which pass 2 starts.
            case firstSynthesis
            /// The last synthesis, at a size of the painting.
            case lastSynthesis(Size)
        }

        /// What made it.
        public let step: Step
        let makePreview: @Sendable () -> Overlay

        /// The picture as an overlay of the painting, at full size. Computed at each access.
        public var preview: Overlay { makePreview() }
    }

    /// An evaluation of loss and gradient.
    public struct Evaluation: Sendable {
        /// The pass of the evaluation.
        public let step: HarmonizationPlan.Step
        /// Its number in the pass, from 1.
        public let number: Int
        /// Its number over all passes, from 1, evaluations before a restored checkpoint included.
        public let totalNumber: Int
        /// The losses at this evaluation.
        public let losses: LossRecord
        /// The seconds since the pass's set-up began.
        public let seconds: Double
        let makeCheckpoint: @Sendable () -> HarmonizationCheckpoint
        let makePreview: @Sendable () -> Overlay

        /// The state at the start of the optimizer step that this evaluation belongs to, from which
        /// ``Harmonizer/harmonize(_:with:from:progress:isCancelled:)`` can continue. Computed at each access.
        public var checkpoint: HarmonizationCheckpoint { makeCheckpoint() }

        /// The result at this evaluation as an overlay of the painting, at full size before the synthesis. Computed at
        /// each access.
        public var preview: Overlay { makePreview() }
    }
}
