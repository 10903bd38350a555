import NeuralNet
import Tensors
import TestSupport
import Testing

/// Σ w·f(inputs) for fixed random w: a scalar whose gradient at the output is w.
struct Probe<Node: FunctionNode> {
    let node: Node
    let inputs: [Tensor]
    let output, weights: Tensor
    let gradients: [Tensor?]

    init(_ node: Node, _ inputs: [Tensor], wanted: [Bool]) {
        self.node = node
        self.inputs = inputs
        let saved: Node.Saved
        (output, saved) = node.forward(inputs, wanted: wanted)
        weights = Tensor.random(output.shape, seed: 99)
        gradients = node.backward(weights, saved: saved)
    }

    /// The gradient's error for one input, and that of a spoiled gradient.
    func errors(input: Int, step: Float) throws -> (right: Double, wrong: Double) {
        let gradient = try #require(gradients[input])
        #expect(gradient.shape == inputs[input].shape)
        let check = GradientCheck(step: step)
        func value(_ x: Tensor) -> Double {
            var changed = inputs
            changed[input] = x
            return node.forward(changed, wanted: inputs.map { _ in false }).output.dot(weights)
        }
        return (
            check.error(of: gradient, at: inputs[input], value),
            check.error(of: check.spoiled(gradient), at: inputs[input], value)
        )
    }
}
