/// A copy-on-write array of fixed length of Float32 values, aligned to 64 bytes: the storage of pictures, masks and
/// tensors.
///
///     var buffer = FloatBuffer(repeating: 0, count: 16)
///     buffer.write { values in for i in 0..<16 { values[i] = Float(i) } }
///     let sum = buffer.reduce(0, +)
///
/// Subscripts are checked; ``read(_:)`` and ``write(_:)`` are not.
@frozen
public struct FloatBuffer: Sendable {
    @usableFromInline var storage: FloatStorage

    /// The number of values.
    public let count: Int

    /// A buffer of `count` uninitialized values, all of which `initialize` must set.
    public init(count: Int, initializedBy initialize: (UnsafeMutablePointer<Float>) throws -> Void) rethrows {
        try self.init(count: count, isPooled: false, initializedBy: initialize)
    }

    /// The same in memory of the ``MemoryPool``, for buffers of the same sizes that come and go many times.
    package init(
        count: Int, isPooled: Bool, initializedBy initialize: (UnsafeMutablePointer<Float>) throws -> Void
    ) rethrows {
        precondition(count >= 0, "a buffer of \(count) values")
        storage = FloatStorage(count: count, isPooled: isPooled)
        self.count = count
        try initialize(storage.pointer)
    }

    /// A buffer of `count` equal values.
    public init(repeating value: Float, count: Int) {
        self.init(count: count) { $0.update(repeating: value, count: count) }
    }

    /// A buffer of the elements of a sequence. Another `FloatBuffer` is shared, not copied.
    public init(_ values: some Sequence<Float>) {
        if let buffer = values as? FloatBuffer {
            self = buffer
        } else if let buffer = values.withContiguousStorageIfAvailable({ FloatBuffer(copying: $0) }) {
            self = buffer
        } else {
            self = Array(values).withUnsafeBufferPointer { FloatBuffer(copying: $0) }
        }
    }

    private init(copying values: UnsafeBufferPointer<Float>) {
        self.init(count: values.count) {
            if let base = values.baseAddress { $0.update(from: base, count: values.count) }
        }
    }

    /// Calls `body` with a pointer to the first value.
    @inlinable
    public func read<Result, Failure>(
        _ body: (UnsafePointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Keeps the memory alive during the call.
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafePointer(storage.pointer))
    }

    /// Calls `body` with a mutable pointer to the first value, after a copy if the memory is shared.
    @inlinable
    public mutating func write<Result, Failure>(
        _ body: (UnsafeMutablePointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unshare()
        defer { withExtendedLifetime(storage) {} }
        return try body(storage.pointer)
    }

    @inlinable
    mutating func unshare() {
        if !isKnownUniquelyReferenced(&storage) { storage = storage.copy(count) }
    }
}

extension FloatBuffer: RandomAccessCollection, MutableCollection {
    /// 0, the index of the first value.
    @inlinable public var startIndex: Int { 0 }
    /// The number of values.
    @inlinable public var endIndex: Int { count }

    /// The value at `index`, one of 0 ..< `count`.
    @inlinable
    public subscript(index: Int) -> Float {
        get {
            precondition(index >= 0 && index < count, "index out of range")
            return storage.pointer[index]
        }
        set {
            precondition(index >= 0 && index < count, "index out of range")
            unshare()
            storage.pointer[index] = newValue
        }
    }

    /// Calls `body` with all values.
    @inlinable
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result? {
        try read { try body(UnsafeBufferPointer(start: $0, count: count)) }
    }

    /// Calls `body` with all values.
    @inlinable
    public mutating func withContiguousMutableStorageIfAvailable<Result>(
        _ body: (inout UnsafeMutableBufferPointer<Float>) throws -> Result
    ) rethrows -> Result? {
        let count = count
        return try write {
            var values = UnsafeMutableBufferPointer(start: $0, count: count)
            return try body(&values)
        }
    }
}

extension FloatBuffer: Equatable {
    /// Whether both have equal values; like floats, NaN is unequal to itself, except in shared memory.
    public static func == (a: FloatBuffer, b: FloatBuffer) -> Bool {
        a.storage === b.storage || a.elementsEqual(b)
    }
}

extension FloatBuffer: ExpressibleByArrayLiteral, CustomStringConvertible {
    /// A buffer of the values of an array literal.
    public init(arrayLiteral values: Float...) { self.init(values) }

    /// The values, formatted like an array's.
    public var description: String { Array(self).description }
}

/// The shared memory of buffers.
@usableFromInline
final class FloatStorage: @unchecked Sendable {
    @usableFromInline let pointer: UnsafeMutablePointer<Float>
    private let bytes: Int
    private let isPooled: Bool

    init(count: Int, isPooled: Bool) {
        bytes = max(count, 1) * MemoryLayout<Float>.stride
        self.isPooled = isPooled
        let memory =
            isPooled
            ? MemoryPool.shared.take(bytes) : UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        pointer = memory.assumingMemoryBound(to: Float.self)
    }

    deinit { if isPooled { MemoryPool.shared.release(pointer, bytes) } else { pointer.deallocate() } }

    @usableFromInline
    func copy(_ count: Int) -> FloatStorage {
        let copy = FloatStorage(count: count, isPooled: isPooled)
        copy.pointer.update(from: pointer, count: count)
        return copy
    }
}
