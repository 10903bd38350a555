public import Files

/// The contents of a raw weights file: the parameters of a network of any architecture, checked for what the format
/// demands.
///
/// ``Weights/encoded()`` describes the format. A fully connected layer is stored as a convolution whose kernel has the
/// extents of its input; for inputs of one channel, mean and std are repeated three times.
public struct RawFile: Equatable, Sendable {
    /// The mean and the standard deviation that inputs are normalized by, [3] each.
    public let mean, std: [Float]
    /// The pooling between the blocks.
    public let pooling: Pooling
    /// The layers in order.
    public let layers: [ConvolutionWeights]

    /// The layers that a reader accepts.
    struct Layout: Sendable {
        /// The maximum number of layers.
        let largestCount: Int
        /// Throws unless layers of these names and shapes are accepted; errors name the path.
        let check: @Sendable ([(name: String, shape: [Int])], FilePath) throws(WeightsError) -> Void
    }

    /// The contents of a file, checked.
    ///
    /// - Throws: `WeightsError.normalization` for a mean or std that is not three finite numbers, or a std that is not
    ///   positive; `notFinite` for a layer that holds NaN or infinity.
    public init(
        mean: [Float], std: [Float], pooling: Pooling, layers: [ConvolutionWeights], path: FilePath = "(memory)"
    ) throws(WeightsError) {
        let normalization = mean + std
        guard mean.count == 3, std.count == 3, normalization.allSatisfy(\.isFinite), std.allSatisfy({ $0 > 0 }) else {
            throw .normalization(path: path, mean: mean, std: std)
        }
        for layer in layers {
            guard layer.weights.allSatisfy(\.isFinite), layer.bias.allSatisfy(\.isFinite) else {
                throw .notFinite(path: path, layer: layer.name)
            }
        }
        (self.mean, self.std, self.pooling, self.layers) = (mean, std, pooling, layers)
    }

    /// The contents of a file of a network's weights.
    init(_ weights: Weights) {
        (mean, std, pooling, layers) = (weights.mean, weights.std, weights.pooling, weights.layers)
    }

    /// The file's bytes.
    public func encoded() -> [UInt8] {
        let parameterCount = layers.reduce(0) { $0 + $1.weights.count + $1.bias.count }
        let headerSize = layers.reduce(44) { $0 + 28 + $1.name.utf8.count }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headerSize + 4 * parameterCount + RawHeader.checksumSize)
        bytes += RawHeader.magic
        bytes.append(littleEndian: RawHeader.version)
        bytes.append(littleEndian: pooling.code)
        bytes.append(littleEndian: UInt32(layers.count))
        bytes.append(mean + std)
        var offset = headerSize
        for layer in layers {
            bytes.append(littleEndian: UInt32(layer.name.utf8.count))
            bytes += layer.name.utf8
            for size in layer.shape.dimensions { bytes.append(littleEndian: UInt32(size)) }
            bytes.append(littleEndian: UInt64(offset))
            offset += 4 * (layer.weights.count + layer.bias.count)
        }
        for layer in layers {
            bytes.append(layer.weights)
            bytes.append(layer.bias)
        }
        bytes.append(littleEndian: Checksum.fnv1a(bytes))
        return bytes
    }

    /// Decodes the bytes of a file whose layers are those of `layout`.
    ///
    /// - Throws: as ``Weights/init(decoding:path:)``, with the errors of `layout` for its layers.
    init(decoding bytes: UnsafeRawBufferPointer, as layout: Layout, path: FilePath) throws(WeightsError) {
        var reader = ByteReader(bytes, path: path)
        try RawHeader.readPreamble(&reader)
        let header: RawHeader
        let ranges: [Range<Int>]
        do throws(WeightsError) {
            header = try RawHeader(&reader, as: layout)
            ranges = try header.dataRanges(path: path)
        } catch {
            if case .truncated = error { throw error }
            throw Self.checksumHolds(bytes) ? error : .checksum(path: path)
        }
        let limit = bytes.count - RawHeader.checksumSize
        if let (range, layer) = zip(ranges, header.layers).max(by: { $0.0.upperBound < $1.0.upperBound }),
            range.upperBound > limit
        {
            let expected = range.upperBound + RawHeader.checksumSize
            throw Self.checksumHolds(bytes)
                ? .outOfRange(path: path, layer: layer.name)
                : .truncated(path: path, expected: expected, actual: bytes.count)
        }
        guard Self.checksumHolds(bytes) else { throw .checksum(path: path) }

        let layers = zip(header.layers, ranges).map { layer, range in
            ConvolutionWeights(name: layer.name, shape: layer.shape, data: bytes[range])
        }
        try self.init(mean: header.mean, std: header.std, pooling: header.pooling, layers: layers, path: path)
    }

    /// The maximum size of a file in bytes: VGG19 with twice its channels has 320 MB.
    private static let largestFile = 1 << 29

    /// Whether the checksum matches; false, without computing it, for a file above the maximum size.
    private static func checksumHolds(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let start = bytes.count - RawHeader.checksumSize
        guard start >= 0, bytes.count <= largestFile else { return false }
        let stored = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        return Checksum.fnv1a(bytes[..<start]) == stored
    }
}

extension ConvolutionWeights {
    /// A layer of the given shape, [out, in, kh, kw], from Float32 data: the weights and then the bias.
    fileprivate init(name: String, shape: [Int], data: Slice<UnsafeRawBufferPointer>) {
        let (weights, bias) = (data.dropLast(4 * shape[0]), data.suffix(4 * shape[0]))
        self.init(
            name: name, shape: .init(out: shape[0], in: shape[1], kh: shape[2], kw: shape[3]),
            weights: ByteReader.floats(in: UnsafeRawBufferPointer(rebasing: weights)),
            bias: ByteReader.floats(in: UnsafeRawBufferPointer(rebasing: bias)))
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(_ values: [Float]) {
        for value in values { append(littleEndian: value.bitPattern) }
    }
}
