public import Tensors

/// N maps of H×W×C as N rows of H·W·C values: the same values under another shape.
public struct Flattening: FunctionNode {
    /// A flattening.
    public init() {}

    /// See ``FunctionNode/forward(_:wanted:)``.
    public func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: [Int]) {
        let shape = inputs[0].shape
        precondition(shape.count > 1, "only several dimensions can be flattened, got \(shape)")
        return (inputs[0].reshaped([shape[0], shape[1...].reduce(1, *)]), shape)
    }

    /// See ``FunctionNode/backward(_:saved:)``.
    public func backward(_ outputGradient: consuming Tensor, saved: [Int]) -> [Tensor?] {
        [outputGradient.reshaped(saved)]
    }
}
