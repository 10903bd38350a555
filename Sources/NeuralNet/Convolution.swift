package import Tensors

/// Two-dimensional convolution (cross-correlation, as the field calls it), stride 1, with zero padding.
///
/// Inputs: x of shape H×W×C, a kernel of shape K×K×C×N and a bias of shape N.
/// Output: (H + 2p − K + 1)×(W + 2p − K + 1)×N with
/// y(i, j, n) = b(n) + Σ_{u, v, c} k(u, v, c, n) · x(i + u − p, j + v − p, c).
///
/// Patches of a block of output pixels are laid out as the rows of a matrix (im2col) that fits the second-level
/// cache and is multiplied by the kernel; the blocks are spread over the cores.
package struct Convolution: FunctionNode {
    /// The rows and columns of zeros around the input.
    package let padding: Int

    /// A convolution with `padding` zeros on each side; 1 keeps the size under a 3×3 kernel.
    package init(padding: Int = 1) { self.padding = padding }

    /// The operands that the wanted gradients need.
    package struct Saved {
        let inputShape: [Int]
        let input: Tensor?
        let kernel: Tensor
        let wanted: [Bool]
    }

    package func forward(_ inputs: consuming [Tensor], wanted: [Bool]) -> (output: Tensor, saved: Saved) {
        let (x, kernel, bias) = (inputs[0], inputs[1], inputs[2])
        precondition(
            x.shape.count == 3 && kernel.shape.count == 4 && kernel.shape[0] == kernel.shape[1]
                && kernel.shape[2] == x.shape[2] && bias.shape == [kernel.shape[3]],
            "a convolution takes H×W×C, K×K×C×N and N, got \(x.shape), \(kernel.shape) and \(bias.shape)")
        precondition(padding < kernel.shape[0], "a padding of \(padding) exceeds a kernel of \(kernel.shape[0])")
        let output = Self.correlate(x, kernel, bias: bias, padding: padding)
        return (
            output, Saved(inputShape: x.shape, input: wanted[1] ? x : nil, kernel: kernel, wanted: wanted)
        )
    }

    /// dx is the correlation of dy with the kernel turned by 180° and its channel axes swapped, padded by
    /// K − 1 − p; dk is the sum over pixels of patch × gradient; db the sum of the gradient.
    package func backward(_ outputGradient: consuming Tensor, saved: Saved) -> [Tensor?] {
        let gradient = outputGradient
        let size = saved.kernel.shape[0]
        let inputGradient =
            saved.wanted[0]
            ? Self.correlate(gradient, Self.turned(saved.kernel), bias: nil, padding: size - 1 - padding) : nil
        precondition(inputGradient == nil || inputGradient?.shape == saved.inputShape, "the gradient has another shape")
        let kernelGradient = saved.input.map { Self.kernelGradient($0, gradient, size: size, padding: padding) }
        return [inputGradient, kernelGradient, saved.wanted[2] ? Self.biasGradient(gradient) : nil]
    }

    /// Floats in a block of patches: 1 MiB, about half of a second-level cache.
    private static let blockElements = 262_144

    static func correlate(_ x: Tensor, _ kernel: Tensor, bias: Tensor?, padding: Int) -> Tensor {
        let (h, w, c) = (x.shape[0], x.shape[1], x.shape[2])
        let (k, n) = (kernel.shape[0], kernel.shape[3])
        let (outH, outW) = (h + 2 * padding - k + 1, w + 2 * padding - k + 1)
        precondition(outH > 0 && outW > 0, "an input of \(h)×\(w) is too small for a kernel of \(k)")
        let inner = k * k * c
        let block = max(16, blockElements / inner)
        let panels = ColumnPanels(kernel.reshaped([inner, n]))
        return Tensor(shape: [outH, outW, n]) { out in
            parallelFor(outH * outW, inPartsOf: block) { pixels in
                let patches = patches(of: x, around: pixels, kernel: k, padding: padding, outWidth: outW)
                let y = out + pixels.lowerBound * n
                patches.read { panels.multiply($0, rows: pixels.count, into: y) }
                bias?.read { b in
                    for p in 0..<pixels.count { for j in 0..<n { y[p * n + j] += b[j] } }
                }
            }
        }
    }

    /// The K×K×C patches around `pixels` of the output, as the rows of a matrix.
    private static func patches(of x: Tensor, around pixels: Range<Int>, kernel k: Int, padding: Int, outWidth: Int)
        -> Tensor
    {
        let (h, w, c) = (x.shape[0], x.shape[1], x.shape[2])
        return Tensor(shape: [pixels.count, k * k * c]) { patches in
            x.read {
                Kernels.im2col(
                    $0, height: h, width: w, channels: c, kernel: k, padding: padding, outWidth: outWidth,
                    pixels: pixels, into: patches)
            }
        }
    }

    /// The kernel turned by 180° with its channel axes swapped: K×K×N×C from K×K×C×N.
    package static func turned(_ kernel: Tensor) -> Tensor {
        let (k, c, n) = (kernel.shape[0], kernel.shape[2], kernel.shape[3])
        return Tensor(shape: [k, k, n, c]) { out in
            kernel.read { source in
                parallelFor(k * k) { tap in
                    let from = source + (k * k - 1 - tap) * c * n
                    let to = out + tap * c * n
                    for j in 0..<n { for i in 0..<c { to[j * c + i] = from[i * n + j] } }
                }
            }
        }
    }

    private static func kernelGradient(_ x: Tensor, _ gradient: Tensor, size k: Int, padding: Int) -> Tensor {
        let c = x.shape[2]
        let (outW, n) = (gradient.shape[1], gradient.shape[2])
        let pixels = gradient.shape[0] * outW
        let inner = k * k * c
        let block = max(16, blockElements / inner)
        var result = Tensor(shape: [k, k, c, n], repeating: 0)
        // Blocks follow one another, so that the sum is the same on any number of cores; within one, the rows of
        // the product are shared out.
        for first in stride(from: 0, to: pixels, by: block) {
            let last = min(pixels, first + block)
            let patches = patches(of: x, around: first..<last, kernel: k, padding: padding, outWidth: outW)
            let panels = ColumnPanels(gradient.reshaped([pixels, n]), rows: first..<last)
            result.write { out in
                patches.read { a in
                    parallelFor(inner, inPartsOf: 64) { rows in
                        panels.multiply(
                            transposed: a + rows.lowerBound, stride: inner, rows: rows.count,
                            addingTo: out + rows.lowerBound * n)
                    }
                }
            }
        }
        return result
    }

    private static func biasGradient(_ gradient: Tensor) -> Tensor {
        let n = gradient.shape[2]
        let pixels = gradient.shape[0] * gradient.shape[1]
        var sums = [Double](repeating: 0, count: n)
        gradient.read { dy in
            for p in 0..<pixels { for j in 0..<n { sums[j] += Double(dy[p * n + j]) } }
        }
        return Tensor(shape: [n], values: sums.map(Float.init))
    }
}
