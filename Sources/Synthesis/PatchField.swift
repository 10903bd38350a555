internal import Foundation
internal import Compute
internal import Geometry
internal import Imaging

/// A nearest-neighbour field: for pixels of a target picture, the centre of the best match for the n×n patch around it
/// in a painting. Patches of the painting lie wholly inside.
struct PatchField: Sendable {
    /// The target's size, which is the field's.
    let size: Size
    /// n, odd.
    let side: Int
    /// The centre of each match in the painting, for the target's pixels in raster order; −1 where there is none.
    var centres: [SIMD2<Int32>]

    /// A field without matches.
    init(size: Size, side: Int) {
        self.size = size
        self.side = side
        centres = Array(repeating: SIMD2(repeating: -1), count: size.pixelCount)
    }

    /// Whether there is no match at all.
    var isEmpty: Bool { centres.allSatisfy { $0.x < 0 } }

    /// The field at twice the resolution: each match at twice its place, moved into `valid` centres.
    ///
    /// - Parameters:
    ///   - fine: the new target's region in its frame.
    ///   - coarse: this target's region in the frame of half the size.
    func doubled(to fine: Region, from coarse: Region, centres valid: Region) -> PatchField {
        var result = PatchField(size: fine.size, side: side)
        for (row, y) in fine.rows.enumerated() {
            for (column, x) in fine.columns.enumerated() {
                // An odd last column or row has none at half the size.
                let u = min(x / 2, coarse.columns.upperBound - 1), v = min(y / 2, coarse.rows.upperBound - 1)
                guard u >= coarse.columns.lowerBound, v >= coarse.rows.lowerBound else { continue }
                let centre = centres[(v - coarse.rows.lowerBound) * size.width + u - coarse.columns.lowerBound]
                guard centre.x >= 0 else { continue }
                result.centres[row * fine.columns.count + column] = SIMD2(
                    Int32(clamping: (2 * Int(centre.x) + x - 2 * u).clamped(to: valid.columns)),
                    Int32(clamping: (2 * Int(centre.y) + y - 2 * v).clamped(to: valid.rows)))
            }
        }
        return result
    }

    /// The picture reconstructed by voting where `mask` is above 0: the mean of the matched patches that overlap a
    /// pixel, weighted by a Gaussian of the distance to a patch's centre; `picture` elsewhere.
    func vote(from painting: Image, over picture: Image, _ mask: Mask) -> Image {
        let (width, height, radius) = (size.width, size.height, side / 2)
        let sigma = 0.6 * Float(radius) + 0.4
        let weights = (0..<side * side).map { i in
            let (x, y) = (Float(i % side - radius), Float(i / side - radius))
            return Self.exponential(-(x * x + y * y) / (2 * sigma * sigma))
        }
        var result = picture
        result.values.write { out in
            painting.values.read { painted in
                mask.values.read { mask in
                    centres.withUnsafeBufferPointer { centres in
                        parallelFor(height) { y in
                            for x in 0..<width where mask[y * width + x] > 0 {
                                var sum = SIMD3<Float>.zero
                                var total: Float = 0
                                for v in max(0, y - radius)...min(height - 1, y + radius) {
                                    for u in max(0, x - radius)...min(width - 1, x + radius) {
                                        let centre = centres[v * width + u]
                                        guard centre.x >= 0 else { continue }
                                        let weight = weights[(y - v + radius) * side + x - u + radius]
                                        let i =
                                            3 * ((Int(centre.y) + y - v) * painting.width + Int(centre.x) + x - u)
                                        sum += weight * SIMD3(painted[i], painted[i + 1], painted[i + 2])
                                        total += weight
                                    }
                                }
                                guard total > 0 else { continue }
                                let mean = sum / total, i = 3 * (y * width + x)
                                (out[i], out[i + 1], out[i + 2]) = (mean.x, mean.y, mean.z)
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    private static func exponential(_ value: Float) -> Float { Float(Foundation.exp(Double(value))) }
}

extension Int {
    fileprivate func clamped(to range: Range<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound - 1)
    }
}
