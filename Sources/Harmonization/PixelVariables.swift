package import Tensors

/// The pixels that a pass optimises: x = start + K·z at the pixels with D = 1, start elsewhere.
///
/// K = D·(1 + G)·D with G a 5×5 binomial filter (σ = 1) is symmetric and invertible, so the minima in z are those in x.
/// But a step in z moves neighbours together, where a gradient through poolings differs from pixel to pixel by chance:
/// pass 2 falls as far in 25 evaluations as without K in 30 to 40, and ends at the same loss.
package struct PixelVariables: Sendable {
    private let start: Tensor
    /// The flat indices of the pixels with D = 1, in the start and in a map with a margin around.
    private let positions, padded: [Int]
    /// The extent of that map.
    private let paddedShape: [Int]

    private static let radius = 2, binomial: [Float] = [1, 4, 6, 4, 1].map { $0 / 16 }
    private static let smoothing: Float = 1

    /// The pixels of `start` (H×W×3) at `positions` (flat indices).
    package init(start: Tensor, positions: [Int]) {
        let (width, margin) = (start.shape[1], Self.radius)
        self.start = start
        self.positions = positions
        paddedShape = [start.shape[0] + 2 * margin, width + 2 * margin, 3]
        padded = positions.map { ($0 / width + margin) * (width + 2 * margin) + $0 % width + margin }
    }

    /// The z at which the picture is the start: zeros, n×3.
    package var origin: Tensor { Tensor(shape: [positions.count, 3], repeating: 0) }

    /// The picture at `z` (n×3), H×W×3.
    package func picture(_ z: Tensor) -> Tensor {
        var result = start
        result.addRows(smoothed(z), at: positions)
        return result
    }

    /// The gradient with respect to z, given that with respect to the picture.
    package func gradient(_ picture: Tensor) -> Tensor { smoothed(picture.rows(positions)) }

    /// K·z.
    private func smoothed(_ z: Tensor) -> Tensor {
        var map = Tensor(shape: paddedShape, repeating: 0)
        map.addRows(z, at: padded)
        // The margin's zeros end each row, so both directions are shifts of the whole map.
        for stride in [3, paddedShape[1] * 3] {
            map = map.shiftedSum((-Self.radius...Self.radius).map { $0 * stride }, Self.binomial)
        }
        return Tensor.combination([z, map.rows(padded)], [1, Self.smoothing])
    }
}
