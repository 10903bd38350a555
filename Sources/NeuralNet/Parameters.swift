public import Tensors

/// The layout of a graph's parameters in one vector, for optimizers.
public struct Parameters: Sendable {
    private var values: [(value: Graph.Value, shape: [Int])] = []

    /// No parameters.
    public init() {}

    /// Appends a value of a graph.
    public mutating func append(_ value: Graph.Value, shape: [Int]) { values.append((value, shape)) }

    /// The values in their order.
    public var all: [Graph.Value] { values.map(\.value) }

    /// The number of elements of all of them.
    public var count: Int { values.reduce(0) { $0 + $1.shape.reduce(1, *) } }

    /// The tensors in `vector`, by value, to feed to a graph.
    public func unpacked(_ vector: Tensor) -> [Graph.Value: Tensor] {
        precondition(vector.count == count, "\(vector.count) elements for \(count) parameters")
        var first = 0
        return values.reduce(into: [:]) { tensors, entry in
            tensors[entry.value] = Tensor(shape: entry.shape) { to in
                vector.read { to.update(from: $0 + first, count: entry.shape.reduce(1, *)) }
            }
            first += entry.shape.reduce(1, *)
        }
    }

    /// The vector of `tensors`, each of its parameter's count; 0 for parameters without one.
    public func packed(_ tensors: [Graph.Value: Tensor]) -> Tensor {
        Tensor(shape: [count]) { out in
            var first = 0
            for (value, shape) in values {
                let count = shape.reduce(1, *)
                precondition(tensors[value]?.count ?? count == count, "a parameter of \(shape) has another count")
                if let tensor = tensors[value] {
                    tensor.read { (out + first).update(from: $0, count: count) }
                } else {
                    (out + first).update(repeating: 0, count: count)
                }
                first += count
            }
        }
    }
}
