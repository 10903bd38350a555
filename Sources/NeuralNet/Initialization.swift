internal import Foundation
public import Tensors

/// The random initialization of kernels, with a variance that keeps that of activations about constant from layer to
/// layer.
///
/// A kernel of U×V×C×M, or K×M, has a fan-in f = U·V·C, or K, and a fan-out f′ = U·V·M, or M.
public enum Initialization: Sendable {
    /// Uniform in ±√(6 / (f + f′)), for activations that are linear around 0, such as tanh (Glorot and Bengio,
    /// "Understanding the difficulty of training deep feedforward neural networks", 2010).
    case xavier
    /// Normal with variance 2 / f, for ReLU, which halves the second moment (He, Zhang, Ren and Sun, "Delving deep into
    /// rectifiers", 2015).
    case he

    /// A kernel of `shape`.
    public func kernel(_ shape: [Int], using generator: inout some RandomNumberGenerator) -> Tensor {
        precondition(shape.count == 2 || shape.count == 4, "a kernel has two dimensions or four, got \(shape)")
        let count = shape.reduce(1, *), outputs = shape[shape.count - 1], inputs = shape[shape.count - 2]
        let fanIn = Double(count / outputs), fanOut = Double(count / inputs)
        let values = (0..<count).map { _ in
            switch self {
            case .xavier:
                let bound = (6 / (fanIn + fanOut)).squareRoot()
                return Float(Double.random(in: -bound...bound, using: &generator))
            case .he: return Float((2 / fanIn).squareRoot() * Self.normal(using: &generator))
            }
        }
        return Tensor(shape: shape, values: values)
    }

    /// A number from the standard normal distribution (Box and Muller 1958).
    private static func normal(using generator: inout some RandomNumberGenerator) -> Double {
        let u = Double.random(in: Double.leastNormalMagnitude..<1, using: &generator)
        return (-2 * log(u)).squareRoot() * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }
}
