package import Compute
internal import Geometry

/// A colour picture in CIELAB under D65: one plane each of L, a and b (H×W, row-major Float32).
///
/// CIELAB separates lightness from chroma and is perceptually about uniform, so that a filter of a and b leaves the
/// drawing unchanged. L runs from 0 (black) to 100 (white); greys have a = b = 0; the sRGB gamut spans about −86…98 in
/// a (green to red) and −108…95 in b (blue to yellow).
package struct LabImage: Equatable, Sendable {
    /// The width W and height H in pixels.
    package let width, height: Int

    /// The H·W values of L, a and b; pixel (x, y) is at y·W + x.
    package var lightness, a, b: FloatBuffer

    /// Converts `image` from sRGB. Values outside 0…1 are converted too; ``Image/init(_:)`` is the inverse.
    package init(_ image: Image) {
        let (width, height) = (image.width, image.height), zeros = FloatBuffer(repeating: 0, count: width * height)
        (self.width, self.height) = (width, height)
        (lightness, a, b) = (zeros, zeros, zeros)
        lightness.write { lightness in
            a.write { a in
                b.write { b in
                    image.values.read { values in
                        parallelFor(height) { y in
                            for i in y * width..<(y + 1) * width {
                                let lab = CIELAB.lab(SIMD3(values[3 * i], values[3 * i + 1], values[3 * i + 2]))
                                (lightness[i], a[i], b[i]) = (lab.x, lab.y, lab.z)
                            }
                        }
                    }
                }
            }
        }
    }
}

extension Image {
    /// Converts `lab` to sRGB. Out-of-gamut colours are below 0 or above 1; they are not clamped, as later addition or
    /// averaging may bring them back into gamut.
    package init(_ lab: LabImage) {
        let width = lab.width
        self.init(Size(width: width, height: lab.height)) { values in
            lab.lightness.read { lightness in
                lab.a.read { a in
                    lab.b.read { b in
                        parallelFor(lab.height) { y in
                            for i in y * width..<(y + 1) * width {
                                let rgb = CIELAB.sRGB(SIMD3(lightness[i], a[i], b[i]))
                                (values[3 * i], values[3 * i + 1], values[3 * i + 2]) = (rgb.x, rgb.y, rgb.z)
                            }
                        }
                    }
                }
            }
        }
    }

    /// The lightness of this picture with the a and b (CIELAB) of `other`, of the same size; clamped to 0…1.
    package func keepingColors(of other: Image) -> Image {
        precondition(other.size == size, "cannot give the colours of \(other.size) to \(size)")
        var lab = LabImage(other)
        lab.lightness = LabImage(self).lightness
        var result = Image(lab)
        result.clamp()
        return result
    }

    /// Clamps all values to 0…1, NaN to 0.
    package mutating func clamp() {
        let count = values.count
        values.write { values in for i in 0..<count { values[i] = values[i].clampedToUnit } }
    }
}
