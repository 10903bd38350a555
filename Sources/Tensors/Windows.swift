internal import CKernels

/// The windows that a convolution looks through: at each of its outputs U×V pixels of an H×W×C map, `stride` pixels from one
/// output to the next, in a border of zeros.
package struct Windows: Equatable, Sendable {
    /// The extent of a map.
    package let height, width, channels: Int
    /// U and V.
    package let kernelHeight, kernelWidth: Int
    /// From a window to the next, in pixels.
    package let stride: Int
    /// The rows of zeros above and below a map, and the columns before and behind it.
    package let above, before: Int
    /// The outputs of a map: ⌊(H + 2·above − U) / stride⌋ + 1 by ⌊(W + 2·before − V) / stride⌋ + 1.
    package let outHeight, outWidth: Int

    /// The windows of U×V = `kernel` in a map of H×W×C = `map`. The border is narrower than the kernel, and one window at
    /// least lies inside of it.
    package init(of kernel: (height: Int, width: Int), in map: [Int], stride: Int, above: Int, before: Int) {
        precondition(
            map.count == 3 && stride > 0 && (0..<kernel.height).contains(above) && (0..<kernel.width).contains(before),
            "no windows of \(kernel) lie \(stride) apart in \(map) with borders of \(above) and \(before)")
        (height, width, channels) = (map[0], map[1], map[2])
        (kernelHeight, kernelWidth, self.stride) = (kernel.height, kernel.width, stride)
        (self.above, self.before) = (above, before)
        outHeight = (height + 2 * above - kernel.height) / stride + 1
        outWidth = (width + 2 * before - kernel.width) / stride + 1
        precondition(
            height + 2 * above >= kernel.height && width + 2 * before >= kernel.width,
            "a map of \(height)×\(width) is too small for a window of \(kernel)")
    }

    /// The values of a window, U·V·C.
    package var size: Int { kernelHeight * kernelWidth * channels }

    /// The outputs of a map.
    package var count: Int { outHeight * outWidth }

    /// The rows of outputs whose windows see any of `rows` of a map.
    package func outputs(seeing rows: Range<Int>) -> Range<Int> {
        let first = max(0, (rows.lowerBound + above - kernelHeight + stride) / stride)
        let last = min(outHeight, (rows.upperBound - 1 + above) / stride + 1)
        return min(first, last)..<last
    }

    /// What the windows of `outputs` (flat indices through all maps at `x`) see, [u][v][c], as the rows of a matrix (im2col).
    package func gather(_ x: UnsafePointer<Float>, at outputs: Range<Int>, into patches: UnsafeMutablePointer<Float>) {
        withC { ckernels_im2col($0, x, outputs.lowerBound, outputs.upperBound, patches) }
    }

    /// The transpose of that (col2im): each value of `patches`, those of the rows `outputs(seeing: rows)`, is added to the
    /// pixel that it was read from. Sets `rows` of the map at `map`.
    package func scatter(
        _ patches: UnsafePointer<Float>, into map: UnsafeMutablePointer<Float>, rows: Range<Int>
    ) {
        let outputs = outputs(seeing: rows)
        withC {
            ckernels_col2im(
                $0, patches, outputs.lowerBound, outputs.upperBound, rows.lowerBound, rows.upperBound, map)
        }
    }

    private func withC(_ body: (UnsafePointer<ckernels_windows>) -> Void) {
        var windows = ckernels_windows(
            height: height, width: width, channels: channels, kernel_height: kernelHeight, kernel_width: kernelWidth,
            stride: stride, above: above, before: before, out_height: outHeight, out_width: outWidth)
        body(&windows)
    }
}
