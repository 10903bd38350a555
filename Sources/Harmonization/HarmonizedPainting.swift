public import Imaging
public import NeuralNet

/// What a harmonization gives: the painting, and what the two passes put into it.
public struct HarmonizedPainting: Sendable {
    /// The painting as it was.
    public let painting: Image
    /// The part of the painting that pass 1 and pass 2 changed, and a little around it.
    public let firstPatch, secondPatch: Patch
    /// The style level τ that the passes worked with, given or estimated.
    public let styleLevel: Double
    /// The painting's mean feature at each tap, by which features were divided.
    public let tapScale: [VGG16.Tap: Float]
    /// What the passes did, at each size from the smallest; the last two are those at the largest.
    public let passes: [PassRecord]
    /// Whether the work was cancelled before its end. The pictures are then the best there were: what was not yet
    /// repainted at a size is as the size before left it.
    public let isCancelled: Bool
    /// What looks wrong about the course of the work, or its outcome.
    public internal(set) var warnings: [HarmonizationWarning] = []

    /// The result of pass 1, of the painting's size; made anew at each use.
    public var stage1: Image { firstPatch.laid(into: painting) }
    /// The result of pass 2, polished unless the settings say otherwise, of the painting's size; made anew at each use.
    public var stage2: Image { secondPatch.laid(into: painting) }
}
