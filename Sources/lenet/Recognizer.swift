internal import Files
internal import Imaging
internal import NeuralNet
internal import Tensors

/// LeNet-5 with trained parameters.
struct Recognizer {
    let network: Classifier
    let normalization: Normalization
    let parameters: Tensor

    /// The most probable class of a digit, and its probability.
    func read(_ ink: Mask) -> (value: Int, probability: Float) { read([ink])[0] }

    /// The accuracy on `digits`, in 0…1.
    func accuracy(on digits: [Digit]) -> Double {
        Double(zip(read(digits.map(\.ink)), digits).count { $0.value == $1.value }) / Double(digits.count)
    }

    private func read(_ digits: [Mask]) -> [(value: Int, probability: Float)] {
        let probabilities = network.probabilities(of: normalization.batch(digits), at: parameters).values
        return digits.indices.map { digit in
            (0..<10).map { ($0, probabilities[10 * digit + $0]) }.max { $0.1 < $1.1 } ?? (0, 0)
        }
    }
}

extension Recognizer {
    /// Reads a file that `write(to:)` wrote.
    init(reading path: FilePath) throws {
        network = LeNet5.network(seed: 0)
        let read: (parameters: Tensor, file: RawFile)
        do throws(WeightsError) {
            read = try network.read(path)
        } catch {
            switch error {
            case .file, .truncated, .checksum: throw error
            default: throw Failure("\(path) holds no weights of LeNet-5")
            }
        }
        parameters = read.parameters
        normalization = Normalization(mean: read.file.mean[0], std: read.file.std[0])
    }

    /// Writes the parameters as a raw weights file.
    func write(to path: FilePath) throws {
        // The format has three channels.
        let (mean, std) = (
            Array(repeating: normalization.mean, count: 3), Array(repeating: normalization.std, count: 3)
        )
        try RawFile(mean: mean, std: std, pooling: LeNet5.pooling, layers: network.weights(parameters)).write(to: path)
    }
}
