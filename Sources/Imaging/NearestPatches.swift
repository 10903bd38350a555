/// A nearest-neighbour field: for pixels of a target picture, the centre of the most similar patch of a painting.
///
/// Patches are n×n pixels, n odd; their distance is the sum of the squared differences of their 3·n² values. Beyond the
/// target's border its edge is repeated; the painting's patches lie wholly inside.
package struct NearestPatches: Equatable, Sendable {
    /// The target's size, which is the field's.
    package let size: Size
    /// n.
    package let side: Int

    /// The column and row of each match in the painting, pixel by pixel of the target in raster order; −1 where no patch
    /// was looked for.
    var centres: [SIMD2<Int32>]
    /// The distance of each match; infinite where no patch was looked for.
    package internal(set) var distances: [Float]

    /// A field without matches.
    init(size: Size, side: Int) {
        self.size = size
        self.side = side
        centres = Array(repeating: SIMD2(repeating: -1), count: size.width * size.height)
        distances = Array(repeating: .infinity, count: size.width * size.height)
    }

    /// The centre of the match of the target's pixel (x, y); nil where no patch was looked for.
    package subscript(x: Int, y: Int) -> Point? {
        let centre = centres[y * size.width + x]
        return centre.x < 0 ? nil : Point(x: Int(centre.x), y: Int(centre.y))
    }

    /// The mean over the matched patches that cover a pixel of what each has there; `picture`, of the target's size,
    /// where none does.
    ///
    /// Each pixel is covered by the patches of up to n² target pixels, each shifted to where its match is. The mean is
    /// made of the painting's colours only, but smoother than they are where neighbours disagree.
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
