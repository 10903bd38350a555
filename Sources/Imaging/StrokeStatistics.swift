/// Stroke statistics of a painting, measured on its luma L = 0.299·R + 0.587·G + 0.114·B at a long side of at most
/// 700 pixels.
package struct StrokeStatistics: Equatable, Sendable {
    /// The orientation coherence of strokes, 0 (isotropic) … 1 (parallel): Σ√((J₁₁ − J₂₂)² + 4·J₁₂²) / Σ(J₁₁ + J₂₂),
    /// with the structure tensor J = mean of ∇L·∇Lᵀ over a window of 31×31 pixels.
    package let coherence: Double
    /// The surface roughness: the median of |∇L| over the pixels.
    package let roughness: Double
    /// The ratio of coarse to fine contrast: the mean of |∇L| at an eighth of the size over that at full size. About 1
    /// where strokes cover everything alike, 2 where flat areas meet.
    package let coarseToFineContrast: Double

    private static let longestSide = 700, windowRadius = 15

    /// The statistics of a picture.
    package init(_ picture: Image) {
        let image = picture.reduced(toLongSide: Self.longestSide)
        let lightness = Self.lightness(of: image)
        coherence = Self.coherence(of: lightness, image.size)
        let fine = Self.slopes(of: lightness, image.size)
        roughness = fine.isEmpty ? 0 : fine.sorted()[fine.count / 2]
        var small = image
        for _ in 0..<3 where min(small.width, small.height) >= 4 { small = small.halved }
        let mean = Self.mean(fine)
        coarseToFineContrast = mean > 0 ? Self.mean(Self.slopes(of: Self.lightness(of: small), small.size)) / mean : 1
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    private static func lightness(of image: Image) -> [Double] {
        image.values.read { values in
            (0..<image.size.pixelCount).map { i in
                let (red, green, blue) = (values[3 * i], values[3 * i + 1], values[3 * i + 2])
                return 0.299 * Double(red) + 0.587 * Double(green) + 0.114 * Double(blue)
            }
        }
    }

    /// |∇L| by forward differences, for all pixels but the last row and column.
    private static func slopes(of lightness: [Double], _ size: Size) -> [Double] {
        let width = size.width
        return (0..<size.height - 1).flatMap { y in
            (0..<width - 1).map { x in
                let i = y * width + x
                let right = lightness[i + 1] - lightness[i], below = lightness[i + width] - lightness[i]
                return (right * right + below * below).squareRoot()
            }
        }
    }

    private static func coherence(of lightness: [Double], _ size: Size) -> Double {
        let (width, height) = (size.width, size.height)
        var directed = [Double](repeating: 0, count: height), all = directed
        lightness.withUnsafeBufferPointer { lightness in
            directed.withUnsafeMutableBufferPointer { directed in
                all.withUnsafeMutableBufferPointer { all in
                    BoxMeans(size: size, radius: windowRadius, channels: 3).forEachRow { y, out in
                        let (above, below) = (max(y - 1, 0) * width, min(y + 1, height - 1) * width)
                        for x in 0..<width {
                            let across =
                                lightness[y * width + min(x + 1, width - 1)] - lightness[y * width + max(x - 1, 0)]
                            let down = lightness[below + x] - lightness[above + x]
                            (out[3 * x], out[3 * x + 1], out[3 * x + 2]) = (across * across, down * down, across * down)
                        }
                    } _: { y, means in
                        for x in 0..<width {
                            let (a, b, c) = (means[3 * x], means[3 * x + 1], means[3 * x + 2])
                            directed[y] += ((a - b) * (a - b) + 4 * c * c).squareRoot()
                            all[y] += a + b
                        }
                    }
                }
            }
        }
        let total = all.reduce(0, +)
        return total > 0 ? directed.reduce(0, +) / total : 0
    }
}
