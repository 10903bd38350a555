internal import Files

extension Weights {
    /// The sizes in bytes of a dump of VGG16: its 13 convolutions alone, and with the classifier behind them.
    private static let headerlessSizes = [58_858_752, 553_430_176]

    /// VGG16's own channel widths.
    private static let headerlessWidths = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]

    /// Whether a file of `byteCount` bytes can only be a header-less dump.
    static func isHeaderlessSize(_ byteCount: Int) -> Bool { headerlessSizes.contains(byteCount) }

    /// Reads a dump of VGG16's parameters: little-endian Float32 in torchvision's order, each layer's weight and then
    /// its bias, nothing before or between them. Bytes after the convolutions (the classifier) are left alone.
    ///
    /// - Throws: `WeightsError.truncated` where the convolutions are not all there, `notFinite` for NaN or infinity.
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
