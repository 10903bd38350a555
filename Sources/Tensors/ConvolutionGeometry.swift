internal import CKernels

/// The geometry of a zero-padded convolution of an H×W×C map with a kernel of U×V pixels.
///
/// Output (i, j) depends on the window of U×V pixels whose first is (i·stride − padTop, j·stride − padLeft).
package struct ConvolutionGeometry: Equatable, Sendable {
    /// The extent of a map.
    package let height, width, channels: Int
    /// U and V.
    package let kernelHeight, kernelWidth: Int
    /// The distance of neighbouring windows in pixels.
    package let stride: Int
    /// The zero padding in pixels: above and below, left and right.
    package let padTop, padLeft: Int
    /// The extent of a map's output: ⌊(H + 2·padTop − U) / stride⌋ + 1 by ⌊(W + 2·padLeft − V) / stride⌋ + 1.
    package let outHeight, outWidth: Int

    /// The geometry for a kernel of U×V pixels and a map of H×W×C. The padding is less than the kernel, and there is at
    /// least one window.
    package init(
        kernel: (height: Int, width: Int), map: [Int], stride: Int, padTop: Int, padLeft: Int
    ) {
        precondition(
            map.count == 3 && stride > 0 && (0..<kernel.height).contains(padTop)
                && (0..<kernel.width).contains(padLeft),
            "no windows of \(kernel) lie \(stride) apart in \(map) with borders of \(padTop) and \(padLeft)")
        (height, width, channels) = (map[0], map[1], map[2])
        (kernelHeight, kernelWidth, self.stride) = (kernel.height, kernel.width, stride)
        (self.padTop, self.padLeft) = (padTop, padLeft)
        outHeight = (height + 2 * padTop - kernel.height) / stride + 1
        outWidth = (width + 2 * padLeft - kernel.width) / stride + 1
        precondition(
            height + 2 * padTop >= kernel.height && width + 2 * padLeft >= kernel.width,
            "a map of \(height)×\(width) is too small for a window of \(kernel)")
    }

    /// The number of values of a window, U·V·C.
    package var size: Int { kernelHeight * kernelWidth * channels }

    /// The number of outputs of a map.
    package var count: Int { outHeight * outWidth }

    /// The rows of outputs whose windows overlap `rows` of a map.
    package func outputs(seeing rows: Range<Int>) -> Range<Int> {
        let first = max(0, (rows.lowerBound + padTop - kernelHeight + stride) / stride)
        let last = min(outHeight, (rows.upperBound - 1 + padTop) / stride + 1)
        return min(first, last)..<last
    }

    /// The patches in the windows of `outputs` (flat indices through all maps at `x`), [u][v][c], as the rows of a
    /// matrix (im2col).
    package func gather(
        _ x: UnsafePointer<Float>, at outputs: Range<Int>, into patches: UnsafeMutablePointer<Float>,
        _ instructions: Instructions
    ) {
        withC { ckernels_im2col($0, x, outputs.lowerBound, outputs.upperBound, patches, instructions.rawValue) }
    }

    /// The transpose of `gather` (col2im): each value of `patches`, those of the rows `outputs(seeing: rows)`, is added
    /// to its pixel. Sets `rows` of the map at `map`.
    package func scatter(
        _ patches: UnsafePointer<Float>, into map: UnsafeMutablePointer<Float>, rows: Range<Int>,
        _ instructions: Instructions
    ) {
        let outputs = outputs(seeing: rows)
        withC {
            ckernels_col2im(
                $0, patches, outputs.lowerBound, outputs.upperBound, rows.lowerBound, rows.upperBound, map,
                instructions.rawValue)
        }
    }

    private func withC(_ body: (UnsafePointer<ckernels_convolution_geometry>) -> Void) {
        var geometry = ckernels_convolution_geometry(
            height: height, width: width, channels: channels, kernel_height: kernelHeight, kernel_width: kernelWidth,
            stride: stride, pad_top: padTop, pad_left: padLeft, out_height: outHeight, out_width: outWidth)
        body(&geometry)
    }
}
