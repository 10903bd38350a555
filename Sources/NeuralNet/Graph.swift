public import Tensors

/// A directed acyclic graph of function nodes: evaluated in topological order, differentiated in the reverse order.
///
/// Values are inputs (fed at each evaluation), parameters (inputs with a default value in the graph) or outputs of
/// nodes. A node may only use values that exist already, so the order of insertion is a topological order.
///
///     var graph = Graph()
///     let x = graph.input(), y = graph.apply(Tanh(), to: x)
///     let evaluation = graph.evaluate([y], feeding: [x: Tensor(shape: [1], values: [0.5])], differentiating: [x])
///     evaluation.outputs[y]                                                          // tanh 0.5
///     evaluation.tape.gradients([x], from: [y: Tensor(shape: [1], repeating: 1)])[x]  // 1 − tanh² 0.5
public struct Graph: Sendable {
    /// A value in the graph.
    public struct Value: Hashable, Sendable {
        fileprivate let index: Int
    }

    private enum Source: Sendable {
        case input
        case parameter(Tensor)
        case node(any FunctionNode, [Value])
    }

    private var sources: [Source] = []

    /// A graph without values.
    public init() {}

    /// Adds an input, which has to be fed to each evaluation that depends on it.
    public mutating func input() -> Value { add(.input) }

    /// Adds a parameter, whose value is `tensor` in evaluations that are not fed another.
    public mutating func parameter(_ tensor: Tensor) -> Value { add(.parameter(tensor)) }

    /// Adds a node, whose value is that of `function` at `inputs`, which must be values of this graph.
    public mutating func apply(_ function: some FunctionNode, to inputs: Value...) -> Value {
        precondition(inputs.allSatisfy { $0.index < sources.count }, "a node's inputs belong to the same graph")
        return add(.node(function, inputs))
    }

    private mutating func add(_ source: Source) -> Value {
        sources.append(source)
        return Value(index: sources.count - 1)
    }

    /// Computes `outputs`, and records the operations for gradients with respect to `variables`.
    ///
    /// Each value is released after its last use.
    /// - Parameters:
    ///   - outputs: the values to compute.
    ///   - feeds: the values of all inputs that `outputs` depend on, and of any parameters.
    ///   - variables: inputs or parameters.
    public func evaluate(_ outputs: [Value], feeding feeds: [Value: Tensor], differentiating variables: [Value] = [])
        -> Evaluation
    {
        let needed = neededValues(outputs)
        var uses = useCounts(needed, outputs: outputs)
        var differentiable = Set(variables.map(\.index))
        var values: [Int: Tensor] = [:]
        var steps: [Tape.Step] = []
        for index in sources.indices where needed[index] {
            switch sources[index] {
            case .input:
                guard let tensor = feeds[Value(index: index)] else {
                    preconditionFailure("input \(index) of the graph was not fed")
                }
                values[index] = tensor
            case .parameter(let tensor):
                values[index] = feeds[Value(index: index)] ?? tensor
            case .node(let function, let operands):
                var inputs: [Tensor] = []
                inputs.reserveCapacity(operands.count)
                for operand in operands {
                    guard let value = values[operand.index] else { preconditionFailure("the graph is not in order") }
                    uses[operand.index] -= 1
                    if uses[operand.index] == 0 { values[operand.index] = nil }
                    inputs.append(value)
                }
                let wanted = operands.map { differentiable.contains($0.index) }
                let (output, pullback) = function.record(consume inputs, wanted: wanted)
                values[index] = output
                if let pullback {
                    differentiable.insert(index)
                    steps.append(.init(output: index, inputs: operands.map(\.index), pullback: pullback))
                }
            }
        }
        return Evaluation(
            outputs: outputs.reduce(into: [:]) { $0[$1] = values[$1.index] }, tape: Tape(steps: steps))
    }

    private func neededValues(_ outputs: [Value]) -> [Bool] {
        var needed = [Bool](repeating: false, count: sources.count)
        for output in outputs { needed[output.index] = true }
        for index in sources.indices.reversed() where needed[index] {
            guard case .node(_, let operands) = sources[index] else { continue }
            for operand in operands { needed[operand.index] = true }
        }
        return needed
    }

    private func useCounts(_ needed: [Bool], outputs: [Value]) -> [Int] {
        var uses = [Int](repeating: 0, count: sources.count)
        for output in outputs { uses[output.index] += 1 }
        for index in sources.indices where needed[index] {
            guard case .node(_, let operands) = sources[index] else { continue }
            for operand in operands { uses[operand.index] += 1 }
        }
        return uses
    }
}

extension Graph {
    /// A recorded evaluation of a graph.
    public struct Evaluation {
        /// The values of the requested outputs.
        public let outputs: [Value: Tensor]
        /// The record for gradients. It holds none of the outputs, so that these are not shared.
        public let tape: Tape
    }

    /// The operations of an evaluation, with what each saved for its gradients.
    public struct Tape {
        fileprivate struct Step {
            let output: Int
            let inputs: [Int]
            let pullback: (consuming Tensor) -> [Tensor?]
        }

        fileprivate let steps: [Step]

        /// The gradients of a scalar with respect to `variables`, given its gradients at any values of the graph, each
        /// of the shape of its value.
        ///
        /// A value used by two nodes gets the sum of both gradients, and a gradient given in the middle of the graph is
        /// added to that which arrives from later nodes. A variable on which nothing depends is absent from the result.
        public func gradients(_ variables: [Value], from seeds: consuming [Value: Tensor]) -> [Value: Tensor] {
            var gradients: [Int: Tensor] = [:]
            for (value, seed) in seeds { gradients[value.index] = seed }
            seeds = [:]
            for step in steps.reversed() {
                guard let gradient = gradients.removeValue(forKey: step.output) else { continue }
                for (input, contribution) in zip(step.inputs, step.pullback(consume gradient)) {
                    guard let contribution else { continue }
                    if gradients[input] != nil {
                        gradients[input]?.add(contribution)
                    } else {
                        gradients[input] = contribution
                    }
                }
            }
            return variables.reduce(into: [:]) { $0[$1] = gradients[$1.index] }
        }
    }
}

extension FunctionNode {
    /// Forward, and backward bound to the saved values; nil if no gradient is wanted.
    fileprivate func record(_ inputs: consuming [Tensor], wanted: [Bool])
        -> (output: Tensor, pullback: ((consuming Tensor) -> [Tensor?])?)
    {
        let (output, saved) = forward(inputs, wanted: wanted)
        guard wanted.contains(true) else { return (output, nil) }
        return (output, { self.backward($0, saved: saved) })
    }
}
