extension Weights {
    /// The bytes of a raw weights file.
    ///
    /// Everything is little-endian and nothing is padded:
    ///
    ///     8 bytes      magic, "HARMNET\n"
    ///     UInt32       version, 1
    ///     UInt32       pooling: 0 max, 1 average
    ///     UInt32       number of layers: 11 to 13 (VGG16) or 13 to 16 (VGG19)
    ///     Float32[3]   mean
    ///     Float32[3]   std
    ///     per layer:
    ///       UInt32     number of bytes of the name
    ///       bytes      the name in UTF-8: conv1_1 … conv5_4
    ///       UInt32[4]  shape: out, in, kh, kw (outputs, inputs, rows, columns)
    ///       UInt64     offset of the layer's data from the start of the file
    ///     per layer, at its offset:
    ///       Float32    weights, [out][in][kh][kw]
    ///       Float32    bias, [out]
    ///     UInt64       checksum: FNV-1a (64 bits) of all the bytes before it
    ///
    /// A reader takes data in any order and with gaps; a writer puts one layer's behind the other's.
    public func encoded() -> [UInt8] {
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

    /// Reads the bytes of a raw weights file, which `encoded()` describes.
    ///
    /// Where the checksum fails, the error is `truncated` if the header asks for more bytes than there are, else
    /// `checksum`; what the damage has made of the rest is of no use to anyone.
    ///
    /// - Parameters:
    ///   - bytes: The whole file, at any alignment; not kept.
    ///   - path: Where the bytes come from, for errors to name.
    /// - Throws: `WeightsError.unknownFormat`, `truncated`, `unsupportedVersion` or `checksum`; for an intact file that
    ///   breaks the rules, `malformed`, `layerCount`, `missingLayer`, `shape`, `outOfRange`, `overlap`, `normalization` or
    ///   `notFinite`.
    public init(decoding bytes: UnsafeRawBufferPointer, path: String) throws(WeightsError) {
        var reader = ByteReader(bytes, path: path)
        try RawHeader.readPreamble(&reader)
        let header: RawHeader
        let ranges: [Range<Int>]
        do throws(WeightsError) {
            header = try RawHeader(&reader)
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

    /// The most bytes that a file may have: VGG19 with twice its channels has 320 MB.
    private static let largestFile = 1 << 29

    /// Whether the bytes are those that were written; a file that is too large is not looked through.
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
