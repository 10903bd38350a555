public import Imaging

/// What a harmonization reports while it works.
public enum HarmonizationProgress: Sendable {
    /// An evaluation of loss and gradient: its number (from 1) of at most `limit` in `pass`, the losses, and the
    /// seconds since the pass began.
    case evaluated(pass: Int, evaluation: Int, limit: Int, losses: LossRecord, seconds: Double)
    /// A pass ended with this part of the painting repainted.
    case finished(PassRecord, Patch)
}
