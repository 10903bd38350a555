internal import CKernels

/// The kernels (inner loops) of the layers, for an instruction set. Features are channels last, H×W×C.
///
/// Threads of a parallel loop do not inherit task-local values such as ``Instructions/most``, so a value of this type
/// is made before the loop.
package struct Kernels: Sendable {
    private let level: Int32

    /// The kernels compiled for the best available set up to `instructions`.
    package init(_ instructions: Instructions = .most) { level = instructions.rawValue }

    /// max(x, 0) of `count` values in place; bit i of `bits` ((`count` + 7) / 8 bytes) is 1 where x[i] > 0.
    package func rectify(_ x: UnsafeMutablePointer<Float>, bits: UnsafeMutablePointer<UInt8>, count: Int) {
        ckernels_relu_forward(x, bits, count, level)
    }

    /// The gradient of `rectify` in place: dy[i] where bit i is set, else 0.
    package func rectifyBackward(
        _ dy: UnsafeMutablePointer<Float>, bits: UnsafePointer<UInt8>, count: Int
    ) {
        ckernels_relu_backward(dy, bits, count, level)
    }

    /// Rows `top` and `bottom` of 2·`width` pixels to one of `width`: the largest of each four values, the first of
    /// equals. `choice` gets the index of each maximum among the four, two bits each, (`channels` + 3) / 4 bytes
    /// per pixel.
    package func poolMax(
        _ top: UnsafePointer<Float>, _ bottom: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
        choice: UnsafeMutablePointer<UInt8>, width: Int, channels: Int
    ) {
        ckernels_max_pool_row(top, bottom, out, choice, width, channels, level)
    }

    /// The gradient of `poolMax`; sets both rows.
    package func poolMaxBackward(
        _ gradient: UnsafePointer<Float>, choice: UnsafePointer<UInt8>, top: UnsafeMutablePointer<Float>,
        bottom: UnsafeMutablePointer<Float>, width: Int, channels: Int
    ) {
        ckernels_max_pool_row_backward(gradient, choice, top, bottom, width, channels, level)
    }

    /// Rows `top` and `bottom` of 2·`width` pixels to one of `width`: the mean of each four values.
    package func poolAverage(
        _ top: UnsafePointer<Float>, _ bottom: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, width: Int,
        channels: Int
    ) {
        ckernels_average_pool_row(top, bottom, out, width, channels, level)
    }

    /// The gradient of `poolAverage`: one row of 2·`width` pixels; both rows are equal.
    package func poolAverageBackward(
        _ gradient: UnsafePointer<Float>, into row: UnsafeMutablePointer<Float>, width: Int, channels: Int
    ) {
        ckernels_average_pool_row_backward(gradient, row, width, channels, level)
    }

    /// The largest of `scale`[y·`scaleStride` + x]·Σ terms[k][y·`stride` + x] over `rows`×`width` positions, and the
    /// lowest index y·`width` + x that has it; −∞ and 0 where no value is larger than that.
    package func largestSum(
        of terms: [UnsafePointer<Float>], stride: Int, scale: UnsafePointer<Float>, scaleStride: Int, rows: Int,
        width: Int
    ) -> (value: Float, index: Int) {
        var index = 0
        let value = terms.withUnsafeBufferPointer { terms in
            terms.withMemoryRebound(to: UnsafePointer<Float>?.self) {
                ckernels_largest_sum(
                    $0.baseAddress, $0.count, stride, scale, scaleStride, rows, width, &index, level)
            }
        }
        return (value, index)
    }
}
