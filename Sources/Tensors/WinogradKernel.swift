internal import CKernels

/// A 3×3 kernel transformed for Winograd's F(4×4, 3×3), which needs 36 products where the plain sum takes 144.
///
/// Errors are some 10⁻⁶ of the largest output (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks",
/// CVPR 2016).
package struct WinogradKernel: Sendable {
    /// The instructions that may be used, where the processor has them.
    package enum Instructions: Int32, CaseIterable, Sendable {
        case baseline, avx2, avx512
    }

    /// The input and output channels.
    package let channels, outChannels: Int
    private let transformed: Tensor

    /// Transforms `kernel`, 3×3×C×N; nil unless C and N are multiples of 16.
    package init?(_ kernel: Tensor) {
        guard kernel.shape.count == 4, kernel.shape[0] == 3, kernel.shape[1] == 3, kernel.shape[2] % 16 == 0,
            kernel.shape[3] % 16 == 0
        else { return nil }
        let (channels, outChannels) = (kernel.shape[2], kernel.shape[3])
        self.channels = channels
        self.outChannels = outChannels
        transformed = Tensor(shape: [36, outChannels, channels]) { u in
            kernel.read { k in
                parallelFor(channels, inPartsOf: 16) {
                    ckernels_winograd_kernel(k, channels, outChannels, $0.lowerBound, $0.upperBound, u)
                }
            }
        }
    }

    /// The correlation of `x` (H×W×C) with the kernel, `padding` zeros around, plus `bias` (N) if there is one:
    /// (H + 2p − 2)×(W + 2p − 2)×N.
    package func correlate(
        _ x: Tensor, bias: Tensor?, padding: Int, instructions: Instructions = .avx512
    ) -> Tensor {
        precondition(x.shape.count == 3 && x.shape[2] == channels, "expected \(channels) channels, got \(x.shape)")
        let (outH, outW) = (x.shape[0] + 2 * padding - 2, x.shape[1] + 2 * padding - 2)
        precondition(outH > 0 && outW > 0, "an input of \(x.shape) is too small for a 3×3 kernel")
        var job = ckernels_winograd(
            height: x.shape[0], width: x.shape[1], channels: channels, padding: padding, out_height: outH,
            out_width: outW, out_channels: outChannels)
        let tiles = (outH + 3) / 4 * ((outW + 3) / 4)
        return Tensor(shape: [outH, outW, outChannels]) { y in
            x.read { x in
                transformed.read { u in
                    withUnsafePointer(to: &job) { job in
                        parallelFor(tiles, inPartsOf: tilesPerPart(tiles)) { part in
                            let scratch = Tensor(shape: [ckernels_winograd_scratch(job, part.count)]) { scratch in
                                func run(_ bias: UnsafePointer<Float>?) {
                                    ckernels_winograd_tiles(
                                        job, x, u, bias, y, part.lowerBound, part.upperBound, scratch,
                                        instructions.rawValue)
                                }
                                if let bias { bias.read { run($0) } } else { run(nil) }
                            }
                            _ = scratch
                        }
                    }
                }
            }
        }
    }

    /// Tiles whose transforms fill about a second-level cache, in equal shares for the cores.
    ///
    /// The products take sixteen tiles at a time, so fewer would be padded up.
    private func tilesPerPart(_ tiles: Int) -> Int {
        let unit = 16
        let units = (tiles + unit - 1) / unit
        let fitting = max(1, (1 << 20) / (36 * (channels + outChannels) * MemoryLayout<Float>.stride * unit))
        let rounds = (units + fitting * coreCount - 1) / (fitting * coreCount)
        return (units + rounds * coreCount - 1) / (rounds * coreCount) * unit
    }
}
