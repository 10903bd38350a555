package import Files
package import Foundation

/// A safetensors file: named tensors behind a JSON header, the elements little-endian and row-major.
///
/// A file consists of the header's length (UInt64, little-endian), the header and the data, in which each tensor has
/// the byte range `data_offsets`. The header is checked on opening; a tensor's values are decoded on access.
package struct SafeTensors: Sendable {
    /// The header's `__metadata__`.
    package let metadata: [String: String]

    package let path: FilePath
    private let tensors: [String: SafeTensorsHeader.Tensor]
    /// The data part of the file.
    let data: Data

    /// Opens a file, mapped into memory.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - headerLimit: The maximum size of the header in bytes.
    /// - Throws: `WeightsError.file` (`missing` or `unreadable`); `truncated` for a file that ends before its data
    ///   does; `malformed` for a header above `headerLimit` or not of the format's JSON schema, and for tensors that
    ///   overlap, leave gaps or do not have the size of their shape.
    package init(reading path: FilePath, headerLimit: Int = networkHeaderLimit) throws(WeightsError) {
        try self.init(decoding: try FileContents.map(weights: path), headerLimit: headerLimit, path: path)
    }

    /// Decodes the bytes of a file; errors name `path`.
    package init(
        decoding file: Data, headerLimit: Int = networkHeaderLimit, path: FilePath
    ) throws(WeightsError) {
        let dataStart = try Self.headerEnd(file, limit: headerLimit, path: path)
        guard dataStart <= file.count else {
            throw .truncated(path: path, expected: dataStart, actual: file.count)
        }
        let start = file.startIndex
        let header = try SafeTensorsHeader(json: file[(start + Self.lengthSize)..<(start + dataStart)], path: path)
        try header.check(dataSize: file.count - dataStart, dataStart: dataStart, path: path)
        self.path = path
        metadata = header.metadata
        tensors = header.tensors
        data = file[(start + dataStart)...]
    }

    /// Whether `bytes` begin with 8 bytes and a JSON object, as safetensors files do.
    static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool { bytes.count > 8 && bytes[8] == UInt8(ascii: "{") }

    /// The tensors' names, sorted.
    package var names: [String] { tensors.keys.sorted() }

    /// The tensor's shape, outermost dimension first, [] for a scalar; nil if there is no such tensor.
    package func shape(of name: String) -> [Int]? { tensors[name]?.shape }

    /// The tensor's values as Float32, row-major; F16 and BF16 are widened, F64 is rounded.
    ///
    /// - Throws: `WeightsError.missingTensor`, or `unsupportedType` for elements that are not floating-point.
    package func floats(_ name: String) throws(WeightsError) -> [Float] {
        let tensor = try entry(name)
        let values: [Float]? = withBytes(of: tensor) { bytes in
            switch tensor.type {
            case "F32": ByteReader.floats(in: bytes)
            case "F64": Self.elements(of: bytes) { (bits: UInt64) in Float(Double(bitPattern: bits)) }
            case "F16": Self.elements(of: bytes, Self.widen(half:))
            case "BF16": Self.elements(of: bytes) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
            default: nil
            }
        }
        guard let values else { throw unsupported(name, tensor) }
        return values
    }

    /// The tensor's values, row-major.
    ///
    /// - Throws: `WeightsError.missingTensor`, or `unsupportedType` for elements other than I32.
    package func int32(_ name: String) throws(WeightsError) -> [Int32] {
        let tensor = try entry(name)
        guard tensor.type == "I32" else { throw unsupported(name, tensor) }
        return withBytes(of: tensor) { bytes in
            Self.elements(of: bytes) { (bits: UInt32) in Int32(bitPattern: bits) }
        }
    }
}

extension SafeTensors {
    private func entry(_ name: String) throws(WeightsError) -> SafeTensorsHeader.Tensor {
        guard let tensor = tensors[name] else { throw .missingTensor(path: path, name: name) }
        return tensor
    }

    private func unsupported(_ name: String, _ tensor: SafeTensorsHeader.Tensor) -> WeightsError {
        .unsupportedType(path: path, tensor: name, type: tensor.type)
    }

    private func withBytes<Value>(
        of tensor: SafeTensorsHeader.Tensor, _ body: (UnsafeRawBufferPointer) -> Value
    ) -> Value {
        data.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[tensor.range])) }
    }

    private static func elements<Bits: FixedWidthInteger & BitwiseCopyable, Value>(
        of bytes: UnsafeRawBufferPointer, _ convert: (Bits) -> Value
    ) -> [Value] {
        let size = MemoryLayout<Bits>.size
        return (0..<bytes.count / size).map { i in
            convert(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: i * size, as: Bits.self)))
        }
    }

    /// The value of an IEEE 754 half. Swift has no Float16 on Intel Macs.
    private static func widen(half: UInt16) -> Float {
        let sign = UInt32(half & 0x8000) << 16
        let magnitude = UInt32(half & 0x7fff) << 13
        let isFinite = half & 0x7c00 != 0x7c00
        // The exponents' biases differ by 112; a multiplication converts subnormal halves too.
        let value = isFinite ? Float(bitPattern: magnitude) * 0x1p112 : Float(bitPattern: magnitude | 0x7f80_0000)
        return Float(bitPattern: value.bitPattern | sign)
    }
}
