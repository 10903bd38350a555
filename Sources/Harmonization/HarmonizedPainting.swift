public import Imaging
public import NeuralNet

/// The result of a harmonization: the painting, and the changed part of it after each of the two passes.
public struct HarmonizedPainting: Sendable {
    /// The original painting.
    public let painting: Image
    /// The results of pass 1 and of pass 2 as overlays that cover the bounding box of the blend mask.
    public let stage1Overlay, stage2Overlay: Overlay
    /// The style level τ, given or estimated.
    public let styleLevel: Double
    /// The painting's mean feature at each tap, by which features were divided; of the last size.
    public let tapScale: [VGG16.Tap: Float]
    /// The records of the passes, smallest size first.
    public let passes: [PassRecord]
    /// Whether the run was cancelled. The results are then the best so far: those of passes that did not run are
    /// upsampled from the size before.
    public let isCancelled: Bool
    /// Warnings about the passes and the result.
    public internal(set) var warnings: [HarmonizationWarning] = []

    /// The result of pass 1, of the painting's size. Computed at each access.
    public var stage1: Image { stage1Overlay.laid(into: painting) }
    /// The result of pass 2 and the syntheses, of the painting's size. Computed at each access.
    public var stage2: Image { stage2Overlay.laid(into: painting) }
}
