internal import Files

extension Weights {
    /// The sizes of a dump of VGG16 in bytes: the 13 convolutions alone, and with the classifier.
    private static let headerlessSizes = [58_858_752, 553_430_176]

    /// The numbers of channels of the original VGG16.
    private static let headerlessWidths = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]

    /// Whether `byteCount` is the size of a header-less dump.
    static func isHeaderlessSize(_ byteCount: Int) -> Bool { headerlessSizes.contains(byteCount) }

    /// Decodes a dump of VGG16's parameters (see ``read(_:)``); bytes after the convolutions are ignored.
    ///
    /// - Throws: `WeightsError.truncated` where convolutions are missing, `notFinite` for NaN or infinity.
    init(headerless bytes: UnsafeRawBufferPointer, path: FilePath) throws(WeightsError) {
        var reader = ByteReader(bytes, path: path)
        var layers: [ConvolutionWeights] = []
        var inputs = 3
        for (name, outputs) in zip(VGG16Layout.vgg16.names, Self.headerlessWidths) {
            let weights = try reader.floats(outputs * inputs * 9)
            let bias = try reader.floats(outputs)
            layers.append(
                ConvolutionWeights(name: name, shape: .init(out: outputs, in: inputs), weights: weights, bias: bias))
            inputs = outputs
        }
        try self.init(layers: layers, path: path)
    }
}
