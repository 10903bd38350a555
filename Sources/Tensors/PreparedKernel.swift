internal import CKernels

/// A constant 3×3 kernel, transformed for convolutions of stride 1.
///
/// If both numbers of channels are multiples of 16, it uses Winograd's F(4×4, 3×3), which needs 36 products instead of
/// 144 and has an error of about 10⁻⁶ of the largest output (Lavin and Gray, "Fast Algorithms for Convolutional Neural
/// Networks", CVPR 2016); else direct sums. Borders, bias, ReLU, pooling and their gradients are applied while the data
/// is in cache.
package struct PreparedKernel: Sendable {
    /// The pooling of 2×2 outputs: none, their mean or their maximum (the first of equals). A pooling drops an odd last
    /// row and column.
    package enum Reduction: Int32, Sendable {
        case none, average, max
    }

    /// The wanted outputs, before their reduction: the row and column of the input where the 3×3 window of the first
    /// one begins, and the numbers of rows and columns.
    package struct Window: Equatable, Sendable {
        package var top, left, height, width: Int

        package init(top: Int, left: Int, height: Int, width: Int) {
            (self.top, self.left, self.height, self.width) = (top, left, height, width)
        }

        /// The outputs of a convolution that keeps the size, with a padding of one.
        package static func same(_ x: Tensor) -> Window {
            Window(top: -1, left: -1, height: x.shape[0], width: x.shape[1])
        }
    }

    /// The activation mask of a ReLU and a reduction: a bit for each value of a window, 1 where the gradient passes.
    package struct ActivationMask: Sendable {
        let bits: Tensor
        /// The window's extent.
        package let height, width: Int
        let reduction: Reduction
    }

    /// The input and output channels.
    package let channels, outChannels: Int

    private enum Form: Sendable {
        case winograd, direct
    }
    private let form: Form
    private let kernel: Tensor

    /// Prepares `kernel`, 3×3×C×N.
    package init(_ kernel: Tensor) {
        precondition(
            kernel.shape.count == 4 && kernel.shape[0] == 3 && kernel.shape[1] == 3,
            "expected a kernel of 3×3×C×N, got \(kernel.shape)")
        let (channels, outChannels) = (kernel.shape[2], kernel.shape[3])
        self.channels = channels
        self.outChannels = outChannels
        if channels % 16 == 0, outChannels % 16 == 0 {
            form = .winograd
            self.kernel = Tensor(shape: [36, outChannels, channels]) { u in
                kernel.read { k in
                    parallelFor(channels, inPartsOf: 16) {
                        ckernels_winograd_kernel(k, channels, outChannels, $0.lowerBound, $0.upperBound, u)
                    }
                }
            }
        } else {
            form = .direct
            self.kernel = Tensor(shape: [ckernels_direct_kernel_count(channels, outChannels)]) { u in
                kernel.read { ckernels_direct_kernel($0, channels, outChannels, u) }
            }
        }
    }

    /// max(`gain`·(k ∗ x) + `bias`, 0), reduced; with the activation mask for its gradient if `recording`.
    ///
    /// `x` is H×W×C, in its halo or else in zeros, and `bias` has N values. The output has the window's extent,
    /// halved by a reduction, times N.
    package func rectified(
        _ x: Tensor, in halo: Halo? = nil, window: Window, gain: Float = 1, bias: Tensor,
        reduction: Reduction = .none, recording: Bool, instructions: Instructions = .most
    ) -> (output: Tensor, mask: ActivationMask?) {
        precondition(x.shape.count == 3 && x.shape[2] == channels, "expected \(channels) channels, got \(x.shape)")
        precondition(bias.count == outChannels, "expected a bias of \(outChannels) values, got \(bias.count)")
        var job = job(window, gain, instructions)
        (job.height, job.width) = (x.shape[0], x.shape[1])
        (job.rectifies, job.pooling) = (1, reduction.rawValue)
        let halves = reduction == .none ? 1 : 2
        let bytes = window.height * window.width * ((outChannels + 7) / 8)
        var bits = Tensor(shape: [recording ? (bytes + 3) / 4 : 0], initializedBy: { _ in })
        let output = Tensor(shape: [window.height / halves, window.width / halves, outChannels]) { y in
            bits.write { bits in
                bias.read { bias in
                    x.read { x in
                        (job.x, job.bias, job.y) = (x, bias, y)
                        if recording {
                            job.output_mask = UnsafeMutableRawPointer(bits).assumingMemoryBound(to: UInt8.self)
                        }
                        guard let halo else { return run(&job) }
                        halo.values.read {
                            job.halo = ckernels_halo(
                                values: $0, top: halo.top, left: halo.left, height: halo.height, width: halo.width)
                            run(&job)
                        }
                    }
                }
            }
        }
        guard recording else { return (output, nil) }
        return (
            output, ActivationMask(bits: bits, height: window.height, width: window.width, reduction: reduction)
        )
    }

    /// `gain`·(k ∗ g), where g is the gradient with respect to a window's values and `gradient` that with respect to
    /// the output of `rectified`. If k is its kernel turned by 180° with swapped channel axes, this is the gradient
    /// with respect to its input.
    package func correlated(
        _ gradient: Tensor, through mask: ActivationMask, window: Window, gain: Float = 1,
        instructions: Instructions = .most
    ) -> Tensor {
        let halves = mask.reduction == .none ? 1 : 2
        precondition(
            gradient.shape == [mask.height / halves, mask.width / halves, channels],
            "a gradient of \(gradient.shape) does not fit \(mask.height)×\(mask.width)×\(channels)")
        var job = job(window, mask.reduction == .average ? gain / 4 : gain, instructions)
        (job.height, job.width) = (mask.height / halves * halves, mask.width / halves * halves)
        (job.doubled, job.input_mask_width) = (halves == 2 ? 1 : 0, mask.width)
        return Tensor(shape: [window.height, window.width, outChannels]) { y in
            mask.bits.read { bits in
                gradient.read { x in
                    job.input_mask = UnsafeRawPointer(bits).assumingMemoryBound(to: UInt8.self)
                    (job.x, job.y) = (x, y)
                    run(&job)
                }
            }
        }
    }

    private func job(_ window: Window, _ gain: Float, _ instructions: Instructions) -> ckernels_convolution {
        var job = ckernels_convolution()
        (job.channels, job.out_channels) = (channels, outChannels)
        (job.top, job.left) = (window.top, window.left)
        (job.out_height, job.out_width) = (window.height, window.width)
        (job.gain, job.level) = (gain, instructions.rawValue)
        return job
    }

    private func run(_ job: inout ckernels_convolution) {
        kernel.read { kernel in
            job.kernel = kernel
            withUnsafePointer(to: job) { job in
                nonisolated(unsafe) let job = job
                switch form {
                case .direct: runDirect(job)
                case .winograd:
                    if channels * outChannels >= Self.largeKernel { runInSteps(job) } else { runInBlocks(job) }
                }
            }
        }
    }

    /// The product of both numbers of channels from which on `runInSteps` is used: a transformed kernel of 9 MiB.
    private static let largeKernel = 65_536

    /// The floats of transforms that fit in a second-level cache, and the tiles of a unit of the products.
    private static let blockElements = 262_144, unit = 16

    private func runDirect(_ job: UnsafePointer<ckernels_convolution>) {
        // Two rows of each part are packed twice; parts have an even number of rows, for poolings.
        let rows = job.pointee.out_height
        let share = (rows + 4 * Parallel.threads - 1) / (4 * Parallel.threads)
        parallelFor(rows, inPartsOf: max(8, (share + 1) / 2 * 2)) { rows in
            withScratch(ckernels_direct_scratch(job)) {
                ckernels_direct_rows(job, rows.lowerBound, rows.upperBound, $0)
            }
        }
    }

    /// Blocks of tiles, each from input to output on one thread.
    private func runInBlocks(_ job: UnsafePointer<ckernels_convolution>) {
        let tiles = ckernels_winograd_tiles(job)
        let units = (tiles + Self.unit - 1) / Self.unit
        let fitting = max(3, Self.blockElements / (36 * (channels + outChannels) * Self.unit))
        // Equal shares for the threads.
        let rounds = (units + fitting * Parallel.threads - 1) / (fitting * Parallel.threads)
        let block = (units + rounds * Parallel.threads - 1) / (rounds * Parallel.threads) * Self.unit
        let scratch = 36 * (ckernels_winograd_step(block, channels) + ckernels_winograd_step(block, outChannels))
        parallelFor(tiles, inPartsOf: block) { tiles in
            withScratch(scratch) { ckernels_winograd_block(job, tiles.lowerBound, tiles.upperBound, $0) }
        }
    }

    /// Chunks of 512 tiles, whose steps are each parallel: the kernel is read once per chunk.
    private func runInSteps(_ job: UnsafePointer<ckernels_convolution>) {
        let (tiles, chunk, products) = (ckernels_winograd_tiles(job), 512, 36 * outChannels / 16)
        for first in stride(from: 0, to: tiles, by: chunk) {
            let count = min(chunk, tiles - first)
            let vStep = ckernels_winograd_step(count, channels), mStep = ckernels_winograd_step(count, outChannels)
            withScratch(36 * vStep) { v in
                withScratch(36 * mStep) { m in
                    parallelFor(count, inPartsOf: Self.unit) {
                        ckernels_winograd_input(
                            job, first + $0.lowerBound, first + $0.upperBound, v + $0.lowerBound * channels, vStep)
                    }
                    parallelFor(products, inPartsOf: outChannels / 16) {
                        ckernels_winograd_products(job, count, $0.lowerBound, $0.upperBound, v, vStep, m, mStep)
                    }
                    parallelFor(count, inPartsOf: Self.unit) {
                        ckernels_winograd_output(
                            job, first + $0.lowerBound, first + $0.upperBound, m + $0.lowerBound * outChannels, mStep)
                    }
                }
            }
        }
    }

    private func withScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
        _ = Tensor(shape: [count], initializedBy: body)
    }
}

/// The halo of an input: a constant map around it, of which the input is a rectangle.
package struct Halo: Sendable {
    /// The map's values row by row, without those that the input covers.
    fileprivate let values: Tensor
    /// The row and column of the input's first pixel in the map, and the map's extent.
    fileprivate let top, left, height, width: Int
    private let channels: Int

    /// `map` (H×W×C) around the input that covers `rows` and `columns` of it.
    package init(_ map: Tensor, covered rows: Range<Int>, _ columns: Range<Int>) {
        let (h, w, c) = (map.shape[0], map.shape[1], map.shape[2])
        precondition(
            (0..<h).clamped(to: rows) == rows && (0..<w).clamped(to: columns) == columns,
            "an input of \(rows)×\(columns) does not lie in a map of \(map.shape)")
        (top, left, height, width, channels) = (rows.lowerBound, columns.lowerBound, h, w, c)
        values = Tensor(shape: [h * w - rows.count * columns.count, c]) { out in
            map.read { source in
                var to = out
                func append(_ columns: Range<Int>, of row: Int) {
                    to.update(from: source + (row * w + columns.lowerBound) * c, count: columns.count * c)
                    to += columns.count * c
                }
                for row in 0..<h {
                    if rows.contains(row) {
                        append(0..<columns.lowerBound, of: row)
                        append(columns.upperBound..<w, of: row)
                    } else {
                        append(0..<w, of: row)
                    }
                }
            }
        }
    }
}
