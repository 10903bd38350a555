public import Tensors

/// The rectifier: y = max(x, 0), element by element. Its gradient at 0 is 0.
public struct ReLU: FunctionNode {
    /// A rectifier.
    public init() {}

    /// One bit a value: was it positive.
    public struct Saved {
        let positive: [UInt8]
    }

    /// Elements a thread takes at a time; a multiple of 16, so that parts share no byte of bits.
    private static let part = 1 << 16

    /// See ``FunctionNode/forward(_:wanted:)``.
    public func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Saved) {
        var y = inputs.removeFirst()
        let count = y.count, kernels = Kernels()
        let positive = [UInt8](unsafeUninitializedCapacity: (count + 7) / 8) { bits, initialized in
            if let base = bits.baseAddress {
                y.write { values in
                    parallelFor(count, inPartsOf: Self.part) {
                        kernels.rectify(values + $0.lowerBound, bits: base + $0.lowerBound / 8, count: $0.count)
                    }
                }
            }
            initialized = (count + 7) / 8
        }
        return (y, Saved(positive: positive))
    }

    /// See ``FunctionNode/backward(_:saved:)``.
    public func backward(_ outputGradient: consuming Tensor, saved: Saved) -> [Tensor?] {
        var gradient = outputGradient
        let count = gradient.count, kernels = Kernels()
        saved.positive.withUnsafeBufferPointer { bits in
            guard let base = bits.baseAddress else { return }
            gradient.write { values in
                parallelFor(count, inPartsOf: Self.part) {
                    kernels.rectifyBackward(values + $0.lowerBound, bits: base + $0.lowerBound / 8, count: $0.count)
                }
            }
        }
        return [gradient]
    }
}
