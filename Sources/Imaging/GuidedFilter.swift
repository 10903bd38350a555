/// The guided filter with a colour guide (He, Sun and Tang 2013, "Guided Image Filtering").
///
/// In each window ω of (2r+1)×(2r+1) pixels, cropped at the border, a plane p is fitted by a linear function of the
/// guide's colours I, q = aᵀI + b, that minimizes the sum of (q − p)² + ε·|a|² over the window (ridge regression):
///
///     a = (Σ + ε·1)⁻¹·cov(I, p),  b = mean(p) − aᵀ·mean(I),
///
/// where Σ is the 3×3 covariance of I in ω. The result at a pixel is the mean of aᵀI + b over all windows covering it:
/// p is smoothed where the guide is flat (variance well below ε) and keeps its edges where the guide has edges.
///
/// With weights w of the pixels, such as a mask, every sum and mean is weighted: the fit minimizes the sum of
/// w·((q − p)² + ε·|a|²), and the result at a pixel is the weighted mean of aᵀI + b. Nothing from outside a mask
/// enters.
package struct GuidedFilter: Sendable {
    /// r, in pixels, at least 0.
    package var radius: Int
    /// The ridge ε, above 0, in squared units of the guide (0…1).
    package var epsilon: Double

    /// A filter with windows of (2·`radius` + 1)² pixels and the ridge `epsilon`.
    package init(radius: Int, epsilon: Double) {
        precondition(radius >= 0 && epsilon > 0, "a guided filter needs a radius of at least 0 and an epsilon above 0")
        self.radius = radius
        self.epsilon = epsilon
    }

    /// `plane` (H×W, of the guide's size) filtered. O(H·W) for any radius.
    ///
    /// - Parameter mask: the weight of each pixel, of the guide's size; nil weighs all alike. Where all weights in the
    ///   window are 0, the plane stays as it is.
    package func filtered(_ plane: some Sequence<Float>, guide: Image, mask: Mask? = nil) -> FloatBuffer {
        let plane = FloatBuffer(plane)
        precondition(
            plane.count == guide.size.pixelCount, "a plane of \(plane.count) values for a guide of \(guide.size)")
        precondition(mask == nil || mask?.size == guide.size, "a mask of another size than the guide's \(guide.size)")
        var coefficients = [SIMD4<Float>](repeating: .zero, count: plane.count)
        return FloatBuffer(count: plane.count) { result in
            plane.read { plane in
                guide.values.read { colors in
                    coefficients.withUnsafeMutableBufferPointer { coefficients in
                        let windows = UnsafeBufferPointer(coefficients)
                        guard let mask else {
                            fit(plane, colors, guide.size, nil, into: coefficients)
                            return apply(windows, colors, guide.size, nil, into: result)
                        }
                        mask.values.read { weights in
                            fit(plane, colors, guide.size, weights, into: coefficients)
                            result.update(from: plane, count: guide.size.pixelCount)
                            apply(windows, colors, guide.size, weights, into: result)
                        }
                    }
                }
            }
        }
    }

    /// a and b of the window around each pixel.
    private func fit(
        _ plane: UnsafePointer<Float>, _ guide: UnsafePointer<Float>, _ size: Size, _ weights: UnsafePointer<Float>?,
        into coefficients: UnsafeMutableBufferPointer<SIMD4<Float>>
    ) {
        // Per pixel: I (3), p, p·I (3), the six distinct elements of I·Iᵀ, and 1; with weights, all times these.
        let channels = weights == nil ? 13 : 14
        BoxMeans(size: size, radius: radius, channels: channels).forEachRow { y, row in
            for x in 0..<size.width {
                let (i, to) = (y * size.width + x, x * channels)
                let r = Double(guide[3 * i]), g = Double(guide[3 * i + 1]), b = Double(guide[3 * i + 2])
                let p = Double(plane[i])
                (row[to], row[to + 1], row[to + 2], row[to + 3]) = (r, g, b, p)
                (row[to + 4], row[to + 5], row[to + 6]) = (p * r, p * g, p * b)
                (row[to + 7], row[to + 8], row[to + 9]) = (r * r, r * g, r * b)
                (row[to + 10], row[to + 11], row[to + 12]) = (g * g, g * b, b * b)
                if let weights {
                    let weight = Double(weights[i])
                    for c in 0..<13 { row[to + c] *= weight }
                    row[to + 13] = weight
                }
            }
        } _: { y, means in
            for x in 0..<size.width {
                let m = UnsafeBufferPointer(rebasing: means[x * channels..<(x + 1) * channels])
                // Models of windows without weight are not used: each pixel of weight is in its own window.
                let total = weights == nil ? 1 : m[13]
                guard total > Self.leastWeight else { continue }
                let mean = SIMD3(m[0], m[1], m[2]) / total, p = m[3] / total
                let covariance = Symmetric3(
                    xx: m[7] / total - mean.x * mean.x + epsilon, xy: m[8] / total - mean.x * mean.y,
                    xz: m[9] / total - mean.x * mean.z, yy: m[10] / total - mean.y * mean.y + epsilon,
                    yz: m[11] / total - mean.y * mean.z, zz: m[12] / total - mean.z * mean.z + epsilon)
                let a = covariance.solve(SIMD3(m[4], m[5], m[6]) / total - p * mean)
                coefficients[y * size.width + x] = SIMD4(SIMD4(a, p - (a * mean).sum()))
            }
        }
    }

    /// The means of a and b, applied to the guide. Where there is no weight, `result` stays.
    private func apply(
        _ coefficients: UnsafeBufferPointer<SIMD4<Float>>, _ guide: UnsafePointer<Float>, _ size: Size,
        _ weights: UnsafePointer<Float>?, into result: UnsafeMutablePointer<Float>
    ) {
        let channels = weights == nil ? 4 : 5
        BoxMeans(size: size, radius: radius, channels: channels).forEachRow { y, row in
            for x in 0..<size.width {
                let (i, to) = (y * size.width + x, x * channels)
                for c in 0..<4 { row[to + c] = Double(coefficients[i][c]) }
                if let weights {
                    let weight = Double(weights[i])
                    for c in 0..<4 { row[to + c] *= weight }
                    row[to + 4] = weight
                }
            }
        } _: { y, means in
            for x in 0..<size.width {
                let (i, from) = (y * size.width + x, x * channels)
                let total = weights == nil ? 1 : means[from + 4]
                guard total > Self.leastWeight else { continue }
                var sum = means[from + 3]
                for c in 0..<3 { sum += means[from + c] * Double(guide[3 * i + c]) }
                result[i] = Float(sum / total)
            }
        }
    }

    /// The least mean weight of a window that counts as any: running sums may leave a rest of about 10⁻¹³, and a single
    /// weight of 1/255 is more unless the window has many millions of pixels.
    private static let leastWeight = 1e-10
}

/// A symmetric, positive definite 3×3 matrix.
private struct Symmetric3 {
    let xx, xy, xz, yy, yz, zz: Double

    /// Solves (this matrix)·v = `right` for v, by cofactors.
    func solve(_ right: SIMD3<Double>) -> SIMD3<Double> {
        let first = SIMD3(yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy)
        let second = SIMD3(first.y, xx * zz - xz * xz, xy * xz - xx * yz)
        let third = SIMD3(first.z, second.z, xx * yy - xy * xy)
        let determinant = xx * first.x + xy * first.y + xz * first.z
        return (right.x * first + right.y * second + right.z * third) / determinant
    }
}
