internal import Files

/// The header of a raw weights file, decoded and checked before memory is allocated for data.
///
/// `Weights.encoded()` documents the format.
struct RawHeader {
    static let magic = Array("HARMNET\n".utf8)
    static let version: UInt32 = 1
    static let checksumSize = 8

    struct Layer {
        let name: String
        let shape: [Int]
        let offset: UInt64
    }

    let pooling: Pooling
    let mean, std: [Float]
    let layers: [Layer]
    /// The offset of the first byte after the header.
    let end: Int

    /// Whether `bytes` begin with the magic, or are a non-empty prefix of it.
    static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        !bytes.isEmpty && bytes.prefix(magic.count).elementsEqual(magic.prefix(bytes.count))
    }

    /// Reads the magic and the version, which determine how the rest is read.
    static func readPreamble(_ reader: inout ByteReader) throws(WeightsError) {
        guard matches(reader.bytes) else {
            throw .unknownFormat(path: reader.path, byteCount: reader.bytes.count)
        }
        _ = try reader.integer(UInt64.self)
        let version = try reader.integer(UInt32.self)
        guard version == Self.version else {
            throw .unsupportedVersion(path: reader.path, version: Int(version))
        }
    }

    /// Reads the header after the preamble; `layout` checks the layers.
    init(_ reader: inout ByteReader, as layout: RawFile.Layout) throws(WeightsError) {
        let poolingCode = try reader.integer(UInt32.self)
        guard let pooling = Pooling(code: poolingCode) else {
            throw .malformed(path: reader.path, reason: "pooling \(poolingCode) is neither 0 (max) nor 1 (average)")
        }
        let count = Int(try reader.integer(UInt32.self))
        guard count <= layout.largestCount else { throw .layerCount(path: reader.path, count: count) }
        self.pooling = pooling
        mean = try reader.floats(3)
        std = try reader.floats(3)
        var layers: [Layer] = []
        for _ in 0..<count {
            layers.append(try Self.readLayer(&reader))
        }
        try layout.check(layers.map { ($0.name, $0.shape) }, reader.path)
        self.layers = layers
        end = reader.position
    }

    private static func readLayer(_ reader: inout ByteReader) throws(WeightsError) -> Layer {
        let nameSize = Int(try reader.integer(UInt32.self))
        // Names are short; without the bound a damaged size would be reported as a truncated file.
        guard nameSize <= 64 else {
            throw .malformed(path: reader.path, reason: "a layer's name of \(nameSize) bytes")
        }
        let name = try reader.text(byteCount: nameSize)
        var shape: [Int] = []
        for _ in 0..<4 {
            shape.append(Int(try reader.integer(UInt32.self)))
        }
        return Layer(name: name, shape: shape, offset: try reader.integer())
    }

    /// The byte range of each layer's data: disjoint and after the header, but not checked against the file's size.
    func dataRanges(path: FilePath) throws(WeightsError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        for layer in layers {
            guard let range = layer.dataRange, range.lowerBound >= end else {
                throw .outOfRange(path: path, layer: layer.name)
            }
            ranges.append(range)
        }
        let sorted = zip(ranges, layers).sorted { $0.0.lowerBound < $1.0.lowerBound }
        for (earlier, later) in zip(sorted, sorted.dropFirst()) where later.0.lowerBound < earlier.0.upperBound {
            throw .overlap(path: path, layer: later.1.name)
        }
        return ranges
    }
}

extension RawHeader.Layer {
    /// The byte range of the weights and the bias; nil if its end overflows.
    fileprivate var dataRange: Range<Int>? {
        guard let start = Int(exactly: offset) else { return nil }
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            if overflow { return nil }
            count = product
        }
        let (total, sumOverflow) = count.addingReportingOverflow(shape[0])
        let (byteCount, productOverflow) = total.multipliedReportingOverflow(by: 4)
        let (stop, endOverflow) = start.addingReportingOverflow(byteCount)
        // The checksum follows the data.
        let fits = !sumOverflow && !productOverflow && !endOverflow && stop <= Int.max - RawHeader.checksumSize
        return fits ? start..<stop : nil
    }
}

extension Pooling {
    /// The code of the pooling in a raw weights file.
    var code: UInt32 {
        switch self {
        case .max: 0
        case .average: 1
        }
    }

    fileprivate init?(code: UInt32) {
        switch code {
        case Pooling.max.code: self = .max
        case Pooling.average.code: self = .average
        default: return nil
        }
    }
}
