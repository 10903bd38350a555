@_exported public import Compute
public import Geometry

/// A contiguous, row-major array of Float32 with a shape, such as H×W×C (channels last) for features and pictures.
///
/// A tensor is a value: copies share memory until one of them is written to.
///
///     let x = Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
///     x.reshaped([3, 2]).values[4]  // 5
public struct Tensor: Sendable, Equatable {
    /// The extent of each dimension, outermost first.
    public let shape: [Int]

    /// The elements in row-major order.
    public private(set) var values: FloatBuffer

    /// The number of elements: the product of `shape`.
    public var count: Int { values.count }

    /// A tensor of `shape`, all of whose elements `initialize` sets.
    public init(shape: [Int], initializedBy initialize: (UnsafeMutablePointer<Float>) throws -> Void) rethrows {
        precondition(shape.allSatisfy { $0 >= 0 }, "a shape has no negative extent, got \(shape)")
        self.shape = shape
        values = try FloatBuffer(count: shape.reduce(1, *), isPooled: true, initializedBy: initialize)
    }

    /// A tensor of `shape` over `values`, in row-major order. A `FloatBuffer` is shared, not copied.
    public init(shape: [Int], values: some Sequence<Float>) {
        let values = FloatBuffer(values)
        precondition(
            values.count == shape.reduce(1, *), "\(values.count) values do not fill a tensor of shape \(shape)")
        (self.shape, self.values) = (shape, values)
    }

    /// A tensor of `shape` with the same value everywhere.
    public init(shape: [Int], repeating value: Float) {
        let count = shape.reduce(1, *)
        self.init(shape: shape) { $0.update(repeating: value, count: count) }
    }

    /// The same elements under another shape of the same count; one extent may be −1 and is computed from the others.
    public func reshaped(_ shape: [Int]) -> Tensor {
        let known = shape.reduce(1) { $1 == -1 ? $0 : $0 * $1 }
        return Tensor(shape: shape.map { $0 == -1 && known > 0 ? count / known : $0 }, values: values)
    }

    /// Calls `body` with the address of the first element.
    public func read<Result, Failure>(
        _ body: (UnsafePointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result { try values.read(body) }

    /// Calls `body` with the address of the first element, in memory that no other tensor shares.
    public mutating func write<Result, Failure>(
        _ body: (UnsafeMutablePointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result { try values.write(body) }
}

extension Region {
    /// All of an H×W×C map.
    public static func whole(of map: Tensor) -> Region {
        .whole(of: Size(width: map.shape[1], height: map.shape[0]))
    }

    /// This part of an H×W×C map; zeros where it reaches beyond.
    public func part(of map: Tensor) -> Tensor {
        let channels = map.shape[2]
        return Tensor(
            shape: [rows.count, columns.count, channels],
            values: map.values.part(self, of: Size(width: map.shape[1], height: map.shape[0]), channels: channels))
    }
}
