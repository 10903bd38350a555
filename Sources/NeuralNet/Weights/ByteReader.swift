internal import Files

/// Reads consecutive little-endian values at any alignment; reading past the end throws `truncated`.
struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    let path: FilePath
    private(set) var position = 0

    init(_ bytes: UnsafeRawBufferPointer, path: FilePath) {
        self.bytes = bytes
        self.path = path
    }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(WeightsError) -> Value {
        let start = try advance(by: MemoryLayout<Value>.size)
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Value.self))
    }

    mutating func floats(_ count: Int) throws(WeightsError) -> [Float] {
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: 4)
        guard !overflow else { throw .truncated(path: path, expected: .max, actual: bytes.count) }
        let start = try advance(by: byteCount)
        return Self.floats(in: UnsafeRawBufferPointer(rebasing: bytes[start..<start + byteCount]))
    }

    mutating func text(byteCount: Int) throws(WeightsError) -> String {
        let start = try advance(by: byteCount)
        guard let text = String(validating: bytes[start..<start + byteCount], as: UTF8.self) else {
            throw .malformed(path: path, reason: "a name is not UTF-8")
        }
        return text
    }

    /// The Float32 values that fill `bytes`.
    static func floats(in bytes: UnsafeRawBufferPointer) -> [Float] {
        let count = bytes.count / 4
        return [Float](unsafeUninitializedCapacity: count) { values, initialized in
            for i in 0..<count {
                let bits = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self))
                values.initializeElement(at: i, to: Float(bitPattern: bits))
            }
            initialized = count
        }
    }

    /// Advances the position by `count` bytes and returns the old one, or throws `truncated`.
    private mutating func advance(by count: Int) throws(WeightsError) -> Int {
        guard count <= bytes.count - position else {
            let (end, overflow) = position.addingReportingOverflow(count)
            throw .truncated(path: path, expected: overflow ? .max : end, actual: bytes.count)
        }
        defer { position += count }
        return position
    }
}
