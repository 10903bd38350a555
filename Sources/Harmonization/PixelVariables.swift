package import Tensors

/// The pixels that a pass optimises: x = start + K·z at the pixels with D = 1, start elsewhere.
///
/// With G a 5×5 binomial filter (σ = 1), K = D·(1 + G)·D is symmetric and invertible, so the minima in z are those in
/// x. But K preconditions: a step in z moves neighbours together, whereas a gradient through poolings varies by chance
/// from pixel to pixel. The paper's pass 2 falls as far in 25 evaluations as in 30 to 40 without K, and ends at the
/// same loss.
///
/// How many variables a pixel has, and how they become its colour, is the ``Kind``.
package struct PixelVariables: Sendable {
    /// What is optimised of each pixel.
    package enum Kind: Sendable {
        /// Red, green and blue: z is n×3, and K acts on each.
        case colors
        /// Red, green and blue, n×3, but K acts on their mean only; their differences from the mean go through D·H·D,
        /// with H a filter of σ = 3. Colours then vary smoothly over a few pixels, so that a Gram matrix cannot be
        /// matched by coloured noise, the easiest way to match it.
        case smoothColors
        /// One value, n×1, that is added to red, green and blue alike, without K.
        case lightness

        /// The number of variables of a pixel.
        var count: Int {
            switch self {
            case .colors, .smoothColors: 3
            case .lightness: 1
            }
        }
    }

    /// What is optimised.
    package let kind: Kind

    private let start: Tensor
    /// The flat indices of the pixels with D = 1, in the start and in a map with zero padding.
    private let positions, padded: [Int]
    /// The shape of the padded map.
    private let paddedShape: [Int]

    private static let binomial: [Float] = [1, 4, 6, 4, 1].map { $0 / 16 }
    /// The dilation of the wider filters in H, which is G followed by two dilated G: variances 1 + 4 + 4.
    private static let holes = 2
    private static let margin = 2 + 4 * holes

    /// The pixels of `start` (H×W×3) at `positions` (flat indices).
    package init(start: Tensor, positions: [Int], kind: Kind) {
        let (width, margin) = (start.shape[1], Self.margin)
        self.start = start
        self.positions = positions
        self.kind = kind
        paddedShape = [start.shape[0] + 2 * margin, width + 2 * margin, 3]
        padded = positions.map { ($0 / width + margin) * (width + 2 * margin) + $0 % width + margin }
    }

    /// The z that gives the start: zeros, n×3 or n×1.
    package var origin: Tensor { Tensor(shape: [positions.count, kind.count], repeating: 0) }

    /// The picture at `z` (n×3 or n×1): H×W×3.
    package func picture(_ z: Tensor) -> Tensor {
        var result = start
        result.addRows(kind == .lightness ? z.repeatedThrice : smoothed(z), at: positions)
        return result
    }

    /// The gradient with respect to z (n×3 or n×1), given the gradient with respect to the picture (H×W×3).
    package func gradient(_ picture: Tensor) -> Tensor {
        let rows = picture.rows(positions)
        return kind == .lightness ? rows.sumsOfThree : smoothed(rows)
    }

    /// K·z, of n×3.
    private func smoothed(_ z: Tensor) -> Tensor {
        var map = Tensor(shape: paddedShape, repeating: 0)
        map.addRows(z, at: padded)
        map = filtered(map, step: 1)
        let fine = Tensor.combination([z, map.rows(padded)], [1, 1])
        guard kind == .smoothColors else { return fine }
        for _ in 0..<2 { map = filtered(map, step: Self.holes) }
        return fine.replacingColors(with: map.rows(padded))
    }

    /// The map filtered along rows and columns by G with dilation `step`.
    private func filtered(_ map: Tensor, step: Int) -> Tensor {
        // Each row ends in padding, so both directions are shifts of the flat map.
        [3, paddedShape[1] * 3].reduce(map) { map, stride in
            map.shiftedSum((-2...2).map { $0 * step * stride }, Self.binomial)
        }
    }
}

extension Tensor {
    /// An n×1 tensor's values three times each: n×3.
    fileprivate var repeatedThrice: Tensor {
        Tensor(shape: [count, 3]) { out in
            read { x in for i in 0..<count { for c in 3 * i..<3 * i + 3 { out[c] = x[i] } } }
        }
    }

    /// The sums of an n×3 tensor's rows: n×1.
    fileprivate var sumsOfThree: Tensor {
        Tensor(shape: [count / 3, 1]) { out in
            read { x in for i in 0..<count / 3 { out[i] = x[3 * i] + x[3 * i + 1] + x[3 * i + 2] } }
        }
    }

    /// The rows (n×3) of `other`, shifted to have the row means of this tensor.
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
