public import Tensors

/// A sequential network that maps pictures to scores for classes, and its loss, ``SoftmaxCrossEntropy``.
///
/// Its parameters are one vector, an argument of its functions, which an optimizer can move.
public struct Classifier: Sendable {
    /// A layer.
    public enum Layer: Sendable {
        /// A convolution with this number of kernels of `kernel`×`kernel` pixels, with a bias each.
        case convolution(Int, kernel: Int, stride: Int = 1, padding: Convolution.Padding = .same)
        /// A fully connected layer with this number of outputs, with a bias each; maps are flattened first.
        case fullyConnected(Int)
        case relu, tanh, sigmoid
        case pooling(Pooling)
    }

    /// The initial parameters.
    public let start: Tensor
    /// The layers with parameters, in order.
    public let layers: [Trained]

    /// A layer with parameters: its name and shape in a file, and its values in the graph.
    public struct Trained: Sendable {
        /// The layer's name in a file: `conv1`, `fc3`.
        public let name: String
        /// The shape of its kernel in a file.
        public let shape: ConvolutionWeights.Shape
        let kernel, bias: Graph.Value
    }

    private let graph: Graph
    private let picture, targets, scores, loss: Graph.Value
    let parameters: Parameters

    /// The network of `layers` for inputs of shape `input`, H×W×C or K, with kernels initialized from `seed` and biases
    /// of 0. The outputs of the last layer are the scores.
    public init(input: [Int], _ layers: [Layer], initialization: Initialization, seed: UInt64) {
        var builder = Builder(input: input, initialization, SeededGenerator(seed: seed))
        for layer in layers { builder.append(layer) }
        precondition(builder.shape.count == 1, "the last layer gives maps of \(builder.shape), not scores")
        (picture, scores, parameters) = (builder.picture, builder.value, builder.parameters)
        self.layers = builder.trained
        start = parameters.packed(builder.tensors)
        targets = builder.graph.input()
        loss = builder.graph.apply(SoftmaxCrossEntropy(), to: builder.value, targets)
        graph = builder.graph
    }

    /// The mean loss over a batch, N inputs and the N×K probabilities of their classes, and its gradient at
    /// `parameters`.
    public func loss(of batch: Tensor, _ classes: Tensor, at parameters: Tensor) -> (value: Double, gradient: Tensor) {
        var feeds = self.parameters.unpacked(parameters)
        (feeds[picture], feeds[targets]) = (batch, classes)
        let evaluation = graph.evaluate([loss], feeding: feeds, differentiating: self.parameters.all)
        let gradients = evaluation.tape.gradients(
            self.parameters.all, from: [loss: Tensor(shape: [], repeating: 1)])
        return (
            evaluation.outputs[loss].map { Double($0.values[0]) } ?? .nan, self.parameters.packed(gradients)
        )
    }

    /// The targets of inputs with the given classes, each in 0 ..< K: N×K, 1 at the class and 0 elsewhere (one-hot).
    public func targets(_ classes: [Int]) -> Tensor {
        let count = layers.last?.shape.out ?? 0
        precondition(classes.allSatisfy((0..<count).contains), "classes of \(classes) are not in 0 ..< \(count)")
        return Tensor(
            shape: [classes.count, count],
            values: classes.flatMap { value in (0..<count).map { $0 == value ? 1 : 0 } })
    }

    /// The probabilities of the classes, N×K, for N inputs.
    public func probabilities(of batch: Tensor, at parameters: Tensor) -> Tensor {
        var feeds = self.parameters.unpacked(parameters)
        feeds[picture] = batch
        guard let scores = graph.evaluate([scores], feeding: feeds).outputs[scores] else {
            preconditionFailure("an output that was asked for is there")
        }
        return SoftmaxCrossEntropy.probabilities(of: scores)
    }
}

extension Classifier {
    /// The network so far.
    private struct Builder {
        var graph = Graph()
        let picture: Graph.Value
        var value: Graph.Value
        /// The shape of `value`, without the batch dimension.
        var shape: [Int]
        var parameters = Parameters()
        var tensors: [Graph.Value: Tensor] = [:]
        var trained: [Trained] = []
        private let initialization: Initialization
        private var generator: SeededGenerator

        init(input: [Int], _ initialization: Initialization, _ generator: SeededGenerator) {
            (shape, self.initialization, self.generator) = (input, initialization, generator)
            picture = graph.input()
            value = picture
        }

        mutating func append(_ layer: Layer) {
            switch layer {
            case .convolution(let count, let size, let stride, let padding):
                let convolution = Convolution(stride: stride, padding: padding)
                let kernel = [size, size, shape[2], count]
                let layer = parameters("conv", .init(out: count, in: shape[2], kh: size, kw: size), kernel)
                value = graph.apply(convolution, to: value, layer.kernel, layer.bias)
                let geometry = convolution.geometry(of: kernel, over: shape)
                shape = [geometry.outHeight, geometry.outWidth, count]
            case .fullyConnected(let count):
                // A kernel as large as the maps, if these are maps.
                let maps = shape.count == 3 ? shape : [1, 1] + shape
                if shape.count > 1 { value = graph.apply(Flattening(), to: value) }
                let layer = parameters(
                    "fc", .init(out: count, in: maps[2], kh: maps[0], kw: maps[1]), [maps.reduce(1, *), count])
                value = graph.apply(FullyConnected(), to: value, layer.kernel, layer.bias)
                shape = [count]
            case .relu: value = graph.apply(ReLU(), to: value)
            case .tanh: value = graph.apply(Tanh(), to: value)
            case .sigmoid: value = graph.apply(Sigmoid(), to: value)
            case .pooling(let pooling):
                value = graph.apply(PoolingLayer(pooling), to: value)
                shape = [shape[0] / 2, shape[1] / 2, shape[2]]
            }
        }

        /// Adds the parameters of a layer, which is named by its kind and its number among all.
        private mutating func parameters(_ kind: String, _ inFile: ConvolutionWeights.Shape, _ kernel: [Int]) -> Trained
        {
            let weights = parameter(initialization.kernel(kernel, using: &generator))
            let bias = parameter(Tensor(shape: [inFile.out], repeating: 0))
            trained.append(Trained(name: "\(kind)\(trained.count + 1)", shape: inFile, kernel: weights, bias: bias))
            return trained[trained.count - 1]
        }

        private mutating func parameter(_ tensor: Tensor) -> Graph.Value {
            let value = graph.parameter(tensor)
            parameters.append(value, shape: tensor.shape)
            tensors[value] = tensor
            return value
        }
    }
}
