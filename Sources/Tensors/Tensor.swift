/// A contiguous, row-major array of Float32 with a shape: the one currency of the numeric modules.
///
/// Features and pictures are channels last, H×W×C. A tensor is a value: copies share storage until one of them is
/// written to.
package struct Tensor: Sendable {
    /// The extent of each dimension, outermost first.
    package let shape: [Int]
    private var storage: TensorStorage

    /// The number of elements: the product of `shape`.
    package var count: Int { shape.reduce(1, *) }

    /// A tensor of `shape` whose elements `initialize` sets, every one of them.
    package init(shape: [Int], initializedBy initialize: (UnsafeMutablePointer<Float>) throws -> Void) rethrows {
        precondition(shape.allSatisfy { $0 >= 0 }, "a shape has no negative extent, got \(shape)")
        self.shape = shape
        self.storage = TensorStorage(count: shape.reduce(1, *))
        try initialize(storage.pointer)
    }

    /// A tensor of `shape` over `values`, in row-major order.
    package init(shape: [Int], values: [Float]) {
        precondition(
            values.count == shape.reduce(1, *), "\(values.count) values do not fill a tensor of shape \(shape)")
        self.init(shape: shape) { pointer in
            values.withUnsafeBufferPointer {
                if let base = $0.baseAddress { pointer.update(from: base, count: $0.count) }
            }
        }
    }

    /// A tensor of `shape` with the same value everywhere.
    package init(shape: [Int], repeating value: Float) {
        let count = shape.reduce(1, *)
        self.init(shape: shape) { $0.update(repeating: value, count: count) }
    }

    /// The elements in row-major order.
    package var values: [Float] { read { Array(UnsafeBufferPointer(start: $0, count: count)) } }

    /// The same elements under another shape of the same count; one extent may be −1, for what the others leave.
    package func reshaped(_ shape: [Int]) -> Tensor {
        let known = shape.reduce(1) { $1 == -1 ? $0 : $0 * $1 }
        let shape = shape.map { $0 == -1 && known > 0 ? count / known : $0 }
        precondition(shape.reduce(1, *) == count, "\(self.shape) cannot become \(shape)")
        return Tensor(shape: shape, storage: storage)
    }

    private init(shape: [Int], storage: TensorStorage) {
        self.shape = shape
        self.storage = storage
    }

    /// Calls `body` with the address of the first element. Kernels only.
    package func read<Result>(_ body: (UnsafePointer<Float>) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(storage) { try body(UnsafePointer(storage.pointer)) }
    }

    /// Calls `body` with the address of the first element, after making sure that no other tensor shares it.
    package mutating func write<Result>(_ body: (UnsafeMutablePointer<Float>) throws -> Result) rethrows -> Result {
        if !isKnownUniquelyReferenced(&storage) { storage = TensorStorage(copying: storage, count: count) }
        return try withExtendedLifetime(storage) { try body(storage.pointer) }
    }
}
