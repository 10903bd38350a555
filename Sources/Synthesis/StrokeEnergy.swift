internal import Foundation
package import Imaging

/// The stroke energy: the local deviation of the lightness, which is high where strokes and their relief show and low
/// where paint is flat.
///
/// With Gaussians G of standard deviation σ and 2σ and the lightness L,
///
///     energy = √(G_σ ∗ (L − G_2σ ∗ L)²).
package enum StrokeEnergy {
    /// The stroke energy at each pixel (H×W), in units of the lightness.
    ///
    /// - Parameters:
    ///   - lightness: L at the pixels of a picture of `size`, row by row.
    ///   - sigma: σ in pixels, above 0. The kernels have 2·⌈3σ⌉ + 1 and 2·⌈6σ⌉ + 1 pixels along an axis.
    package static func plane(of lightness: FloatBuffer, size: Size, sigma: Double) -> FloatBuffer {
        precondition(lightness.count == size.pixelCount, "\(lightness.count) values for a plane of \(size)")
        var plane = GaussianBlur.blur(lightness, size, channels: 1, sigma: 2 * sigma)
        let count = plane.count
        plane.write { plane in
            lightness.read { lightness in
                for i in 0..<count {
                    let difference = lightness[i] - plane[i]
                    plane[i] = difference * difference
                }
            }
        }
        plane = GaussianBlur.blur(plane, size, channels: 1, sigma: sigma)
        plane.write { plane in for i in 0..<count { plane[i] = plane[i].squareRoot() } }
        return plane
    }
}
