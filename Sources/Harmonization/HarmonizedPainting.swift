public import Imaging
public import NeuralNet

/// What a harmonization gives.
public struct HarmonizedPainting: Sendable {
    /// The results of pass 1 and pass 2, of the painting's size.
    public let stage1, stage2: Image
    /// The painting's mean feature at each tap, by which features were divided.
    public let tapScale: [VGG16.Tap: Float]
    /// What the two passes did.
    public let passes: [PassRecord]
}
