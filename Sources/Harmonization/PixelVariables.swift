package import Tensors

/// The pixels that a pass optimises: x = start + K·z at the pixels with D = 1, start elsewhere.
///
/// With G a 5×5 binomial filter (σ = 1), K = D·(1 + G)·D is symmetric and invertible, so the minima in z are those in
/// x. But a step in z moves neighbours together, where a gradient through poolings differs from pixel to pixel by
/// chance: pass 2 falls as far in 25 evaluations as without K in 30 to 40, and ends at the same loss.
///
/// With ``smoothsColors`` that K counts for the mean of red, green and blue alone; what they differ by moves through
/// D·H·D with H a filter of σ = 3. Colours then change smoothly over a few pixels: a Gram matrix can no longer be met
/// by coloured noise, which is what it would be met by first.
package struct PixelVariables: Sendable {
    /// Whether colours change smoothly.
    package let smoothsColors: Bool

    private let start: Tensor
    /// The flat indices of the pixels with D = 1, in the start and in a map with a margin around.
    private let positions, padded: [Int]
    /// The extent of that map.
    private let paddedShape: [Int]

    private static let binomial: [Float] = [1, 4, 6, 4, 1].map { $0 / 16 }
    /// H is G and the same filter with holes, twice: variances of 1 + 4 + 4.
    private static let holes = 2
    private static let margin = 2 + 4 * holes

    /// The pixels of `start` (H×W×3) at `positions` (flat indices).
    package init(start: Tensor, positions: [Int], smoothsColors: Bool) {
        let (width, margin) = (start.shape[1], Self.margin)
        self.start = start
        self.positions = positions
        self.smoothsColors = smoothsColors
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
        map = filtered(map, step: 1)
        let fine = Tensor.combination([z, map.rows(padded)], [1, 1])
        guard smoothsColors else { return fine }
        for _ in 0..<2 { map = filtered(map, step: Self.holes) }
        return fine.replacingColors(with: map.rows(padded))
    }

    /// The map filtered both ways by G with its taps `step` pixels apart.
    private func filtered(_ map: Tensor, step: Int) -> Tensor {
        // The margin's zeros end each row, so both directions are shifts of the whole map.
        [3, paddedShape[1] * 3].reduce(map) { map, stride in
            map.shiftedSum((-2...2).map { $0 * step * stride }, Self.binomial)
        }
    }
}

extension Tensor {
    /// The mean of each row of three, and what the rows of `other` differ from theirs by.
    fileprivate func replacingColors(with other: Tensor) -> Tensor {
        Tensor(shape: shape) { out in
            read { own in
                other.read { colors in
                    parallelFor(count / 3, inPartsOf: 1 << 14) { part in
                        for i in part {
                            let (a, b, c) = (colors[3 * i], colors[3 * i + 1], colors[3 * i + 2])
                            let shift = (own[3 * i] + own[3 * i + 1] + own[3 * i + 2] - a - b - c) / 3
                            (out[3 * i], out[3 * i + 1], out[3 * i + 2]) = (a + shift, b + shift, c + shift)
                        }
                    }
                }
            }
        }
    }
}
