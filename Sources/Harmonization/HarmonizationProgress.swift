public import Imaging

/// What a harmonization reports while it works.
public enum HarmonizationProgress: Sendable {
    /// An evaluation of loss and gradient: its number (from 1) of at most `limit` in `pass`, where one pixel stands for
    /// `reduction` of the painting's each way, the losses, and the seconds since the pass began.
    case evaluated(pass: Int, reduction: Int, evaluation: Int, limit: Int, losses: LossRecord, seconds: Double)
    /// A pass ended with this part of the painting, or of the reduced painting, repainted.
    case finished(PassRecord, Patch)
}
