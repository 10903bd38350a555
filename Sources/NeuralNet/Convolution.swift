public import Tensors

/// A two-dimensional convolution (strictly, a cross-correlation) of any kernel, stride and padding.
///
/// Inputs: x of shape H×W×C, or N×H×W×C for a batch of N, a kernel of shape U×V×C×M and a bias of shape M.
/// Output: H′×W′×M, or N×H′×W′×M, with s the stride and p, q the zeros above and to the left:
/// y(i, j, m) = b(m) + Σ_{u, v, c} k(u, v, c, m) · x(s·i + u − p, s·j + v − q, c).
///
/// The patches are the rows of a matrix X (im2col), so that the convolution and its gradients are matrix products:
/// y = X·k + b, dX = dy·kᵀ, whose rows are summed into the pixels of their patches (col2im), and dk = Xᵀ·dy. X is
/// computed in blocks that fit the second-level cache, in parallel.
public struct Convolution: FunctionNode {
    /// The zeros around the input.
    public enum Padding: Equatable, Sendable {
        /// None. H′ = ⌊(H − U) / s⌋ + 1.
        case valid
        /// (U − 1) / 2 on each side, for an odd U. H′ = ⌈H / s⌉.
        case same
        /// p rows and columns on each side, fewer than the kernel's. H′ = ⌊(H + 2p − U) / s⌋ + 1.
        case zeros(Int)
    }

    /// The pixels from one window to the next.
    public let stride: Int
    /// The zeros around the input.
    public let padding: Padding

    /// A convolution; by default it keeps the size.
    public init(stride: Int = 1, padding: Padding = .same) {
        precondition(stride > 0, "a stride of \(stride)")
        (self.stride, self.padding) = (stride, padding)
    }

    /// The operands that the wanted gradients need.
    public struct Saved {
        let inputShape: [Int]
        let geometry: ConvolutionGeometry
        let input, kernel: Tensor?
        let kernelShape: [Int]
        let wanted: [Bool]
    }

    /// The geometry for each map of an input of a shape.
    func geometry(of kernel: [Int], over input: [Int]) -> ConvolutionGeometry {
        let (padTop, padLeft) =
            switch padding {
            case .valid: (0, 0)
            case .same: ((kernel[0] - 1) / 2, (kernel[1] - 1) / 2)
            case .zeros(let count): (count, count)
            }
        precondition(
            padding != .same || kernel[0] % 2 == 1 && kernel[1] % 2 == 1, "no padding keeps the size under \(kernel)")
        return ConvolutionGeometry(
            kernel: (kernel[0], kernel[1]), map: Array(input.suffix(3)), stride: stride, padTop: padTop,
            padLeft: padLeft)
    }

    /// See ``FunctionNode/forward(_:wanted:)``.
    public func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Saved) {
        let (x, kernel, bias) = (inputs[0], inputs[1], inputs[2])
        precondition(
            (3...4).contains(x.shape.count) && kernel.shape.count == 4 && kernel.shape[2] == x.shape.last
                && bias.shape == [kernel.shape[3]],
            "a convolution takes (N×)H×W×C, U×V×C×M and M, got \(x.shape), \(kernel.shape) and \(bias.shape)")
        let geometry = geometry(of: kernel.shape, over: x.shape)
        let output = Self.product(x, geometry, kernel, bias)
        let saved = Saved(
            inputShape: x.shape, geometry: geometry, input: wanted[1] ? x : nil, kernel: wanted[0] ? kernel : nil,
            kernelShape: kernel.shape, wanted: wanted)
        return (output, saved)
    }

    /// See ``FunctionNode/backward(_:saved:)``.
    public func backward(_ outputGradient: consuming Tensor, saved: Saved) -> [Tensor?] {
        let (gradient, geometry) = (outputGradient, saved.geometry)
        precondition(
            gradient.shape == saved.inputShape.dropLast(3) + [
                geometry.outHeight, geometry.outWidth, saved.kernelShape[3],
            ],
            "a gradient of \(gradient.shape) is not that of the output")
        return [
            saved.kernel.map { Self.inputGradient(gradient, geometry, $0, shape: saved.inputShape) },
            saved.input.map { Self.kernelGradient($0, gradient, geometry, shape: saved.kernelShape) },
            saved.wanted[2] ? gradient.reshaped([-1, saved.kernelShape[3]]).columnSums() : nil,
        ]
    }

    /// The floats in a block of patches: 1 MiB, about half of a second-level cache.
    private static let blockElements = 262_144

    /// The number of items of `floats` floats each in a block.
    private static func block(of floats: Int, atLeast least: Int) -> Int { max(least, blockElements / max(1, floats)) }

    /// X·k + b.
    private static func product(
        _ x: Tensor, _ geometry: ConvolutionGeometry, _ kernel: Tensor, _ bias: Tensor
    ) -> Tensor {
        let (inner, m) = (geometry.size, kernel.shape[3])
        let maps = x.shape.dropLast(3).reduce(1, *)
        let panels = ColumnPanels(kernel.reshaped([inner, m])), instructions = Instructions.most
        return Tensor(shape: x.shape.dropLast(3) + [geometry.outHeight, geometry.outWidth, m]) { out in
            x.read { x in
                bias.read { b in
                    parallelFor(maps * geometry.count, inPartsOf: block(of: inner, atLeast: 16)) { outputs in
                        let y = out + outputs.lowerBound * m
                        let patches = Tensor(shape: [outputs.count, inner]) {
                            geometry.gather(x, at: outputs, into: $0, instructions)
                        }
                        patches.read { panels.multiply($0, rows: outputs.count, into: y) }
                        for p in 0..<outputs.count { for j in 0..<m { y[p * m + j] += b[j] } }
                    }
                }
            }
        }
    }

    /// dX = dy·kᵀ, its rows summed into the pixels of their patches.
    private static func inputGradient(
        _ gradient: Tensor, _ geometry: ConvolutionGeometry, _ kernel: Tensor, shape: [Int]
    ) -> Tensor {
        let (inner, m) = (geometry.size, kernel.shape[3])
        let panels = ColumnPanels(transposing: kernel.reshaped([inner, m])), instructions = Instructions.most
        let (map, maps) = (geometry.height * geometry.width * geometry.channels, shape.dropLast(3).reduce(1, *))
        // Each thread writes bands of rows of its own; patches at a border of two bands are computed for both.
        let band = block(of: inner * geometry.outWidth, atLeast: 2 * geometry.kernelHeight) * geometry.stride
        let bands = (geometry.height + band - 1) / band
        return Tensor(shape: shape) { out in
            gradient.read { dy in
                parallelFor(maps * bands) { part in
                    let (index, top) = (part / bands, part % bands * band)
                    let rows = top..<min(geometry.height, top + band)
                    let seen = geometry.outputs(seeing: rows)
                    let outputs = seen.count * geometry.outWidth
                    let patches = Tensor(shape: [outputs, inner]) {
                        panels.multiply(
                            dy + (index * geometry.outHeight + seen.lowerBound) * geometry.outWidth * m, rows: outputs,
                            into: $0)
                    }
                    patches.read { geometry.scatter($0, into: out + index * map, rows: rows, instructions) }
                }
            }
        }
    }

    /// The maximum number of parts of the outputs in the kernel's gradient, and the minimum number of outputs in a
    /// part.
    private static let mostParts = 16, leastPart = 512

    /// dk = Xᵀ·dy: a sum over all outputs, in fixed parts whose sums are added in order, so that the result does not
    /// depend on the number of threads.
    private static func kernelGradient(
        _ x: Tensor, _ gradient: Tensor, _ geometry: ConvolutionGeometry, shape: [Int]
    ) -> Tensor {
        let (inner, m) = (geometry.size, shape[3])
        let outputs = gradient.count / max(1, m)
        let parts = max(1, min(mostParts, outputs / leastPart)), part = (outputs + parts - 1) / parts
        let block = block(of: inner, atLeast: 16)
        let dy = gradient.reshaped([outputs, m]), instructions = Instructions.most
        var sums = Tensor(shape: [parts, inner * m], repeating: 0)
        sums.write { sums in
            parallelFor(parts) { index in
                let end = min(outputs, (index + 1) * part)
                for first in Swift.stride(from: index * part, to: end, by: block) {
                    let outputs = first..<min(end, first + block)
                    let patches = Tensor(shape: [outputs.count, inner]) { patches in
                        x.read { geometry.gather($0, at: outputs, into: patches, instructions) }
                    }
                    let panels = ColumnPanels(dy, rows: outputs, instructions: instructions)
                    // A single part is parallel over its rows.
                    patches.read { a in
                        parallelFor(inner, inPartsOf: 64) { rows in
                            panels.multiply(
                                transposed: a + rows.lowerBound, stride: inner, rows: rows.count,
                                addingTo: sums + index * inner * m + rows.lowerBound * m)
                        }
                    }
                }
            }
        }
        return sums.columnSums().reshaped(shape)
    }
}
