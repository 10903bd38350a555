internal import Foundation
public import Tensors

/// The rectifier: y = max(x, 0), element by element. Its gradient at 0 is 0.
public struct ReLU: FunctionNode {
    /// A rectifier.
    public init() {}

    /// One bit per value: whether it is positive.
    public struct Saved {
        let positive: [UInt8]
    }

    /// The elements of a unit of parallel work; a multiple of 8, so that units share no byte of bits.
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

/// The hyperbolic tangent, element by element; dy/dx = 1 − y².
public struct Tanh: FunctionNode {
    /// A hyperbolic tangent.
    public init() {}

    /// See ``FunctionNode/forward(_:wanted:)``.
    public func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Tensor?) {
        SmoothFunction.forward(&inputs, wanted) { tanh($0) }
    }

    /// See ``FunctionNode/backward(_:saved:)``.
    public func backward(_ outputGradient: consuming Tensor, saved: Tensor?) -> [Tensor?] {
        SmoothFunction.backward(outputGradient, saved) { 1 - $0 * $0 }
    }
}

/// The logistic function: y = 1 / (1 + e^−x), element by element; dy/dx = y·(1 − y).
public struct Sigmoid: FunctionNode {
    /// A logistic function.
    public init() {}

    /// See ``FunctionNode/forward(_:wanted:)``.
    public func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Tensor?) {
        SmoothFunction.forward(&inputs, wanted) { 1 / (1 + exp(-$0)) }
    }

    /// See ``FunctionNode/backward(_:saved:)``.
    public func backward(_ outputGradient: consuming Tensor, saved: Tensor?) -> [Tensor?] {
        SmoothFunction.backward(outputGradient, saved) { $0 * (1 - $0) }
    }
}

/// Element-wise functions whose derivative is a function of their value y, which is saved.
private enum SmoothFunction {
    /// The elements of a unit of parallel work.
    private static let part = 1 << 12

    static func forward(_ inputs: inout [Tensor], _ wanted: [Bool], _ function: (Float) -> Float) -> (Tensor, Tensor?) {
        var y = inputs.removeFirst()
        let count = y.count
        y.write { y in parallelFor(count, inPartsOf: part) { for i in $0 { y[i] = function(y[i]) } } }
        return (y, wanted[0] ? y : nil)
    }

    static func backward(_ gradient: Tensor, _ output: Tensor?, _ derivative: (Float) -> Float) -> [Tensor?] {
        guard let output else { return [nil] }
        var gradient = gradient
        let count = gradient.count
        gradient.write { dy in
            output.read { y in parallelFor(count, inPartsOf: part) { for i in $0 { dy[i] *= derivative(y[i]) } } }
        }
        return [gradient]
    }
}
