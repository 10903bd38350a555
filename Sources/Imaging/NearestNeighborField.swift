/// A nearest-neighbour field: for pixels of a target picture, the centre of the most similar patch of a painting.
///
/// Patches are n×n pixels, n odd; their distance is the sum of squared differences of their 3·n² values. The target is
/// padded by repeating its edge; the painting's patches lie wholly inside.
package struct NearestNeighborField: Equatable, Sendable {
    /// The target's size, which is the field's.
    package let size: Size
    /// n, the patch size.
    package let side: Int

    /// The column and row of each match in the painting, for the target's pixels in raster order; −1 for pixels that
    /// were not searched.
    var centres: [SIMD2<Int32>]
    /// The distance of each match; infinite for pixels that were not searched.
    package internal(set) var distances: [Float]

    /// A field without matches.
    init(size: Size, side: Int) {
        self.size = size
        self.side = side
        centres = Array(repeating: SIMD2(repeating: -1), count: size.width * size.height)
        distances = Array(repeating: .infinity, count: size.width * size.height)
    }

    /// The centre of the match of the target's pixel (x, y); nil where it was not searched.
    package subscript(x: Int, y: Int) -> Point? {
        let centre = centres[y * size.width + x]
        return centre.x < 0 ? nil : Point(x: Int(centre.x), y: Int(centre.y))
    }

    /// The picture reconstructed by voting: at each pixel the mean of the matched patches that overlap it; `picture`,
    /// of the target's size, where none does.
    ///
    /// Up to n² matched patches overlap a pixel. The mean uses the painting's colours only, but is smoother than the
    /// painting where neighbouring matches disagree.
    package func vote(from painting: Image, over picture: Image) -> Image {
        precondition(picture.size == size, "a picture of \(picture.size) for a field of \(size)")
        var result = picture
        let (width, height, radius) = (size.width, size.height, side / 2)
        result.values.write { out in
            painting.values.read { painted in
                centres.withUnsafeBufferPointer { centres in
                    parallelFor(height) { y in
                        for x in 0..<width {
                            var sum = SIMD3<Float>.zero
                            var count: Float = 0
                            for v in max(0, y - radius)...min(height - 1, y + radius) {
                                for u in max(0, x - radius)...min(width - 1, x + radius) {
                                    let centre = centres[v * width + u]
                                    guard centre.x >= 0 else { continue }
                                    let i = 3 * ((Int(centre.y) + y - v) * painting.width + Int(centre.x) + x - u)
                                    sum += SIMD3(painted[i], painted[i + 1], painted[i + 2])
                                    count += 1
                                }
                            }
                            guard count > 0 else { continue }
                            let mean = sum / count, i = 3 * (y * width + x)
                            (out[i], out[i + 1], out[i + 2]) = (mean.x, mean.y, mean.z)
                        }
                    }
                }
            }
        }
        return result
    }
}
