package import Compute
internal import Geometry

/// A colour picture in CIELAB under D65: one plane for each of L, a and b (H×W, row-major Float32).
///
/// Lightness and colour are apart there, and equal distances look about equally large, so a filter of the colours alone
/// leaves the drawing alone. L runs from 0 (black) to 100 (white); greys have a = b = 0; the colours of sRGB lie in
/// about −86…98 (a, from green to red) and −108…95 (b, from blue to yellow).
package struct LabImage: Equatable, Sendable {
    /// The width W and height H in pixels.
    package let width, height: Int

    /// The H·W values of L, a and b; those of the pixel (x, y) are at y·W + x.
    package var lightness, a, b: FloatBuffer

    /// The picture of `image`, whose values may lie outside 0…1: all formulas go on there, and are undone by
    /// ``Image/init(_:)``.
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
    /// The sRGB picture of a CIELAB one. Colours that sRGB cannot show come out below 0 or above 1: not clamped, as
    /// what is added or averaged later may bring them back.
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

    /// The lightness of this picture with the colours (a and b of CIELAB) of `other`, clamped to 0…1. Both have one
    /// size.
    package func keepingColors(of other: Image) -> Image {
        precondition(other.size == size, "cannot give the colours of \(other.size) to \(size)")
        var lab = LabImage(other)
        lab.lightness = LabImage(self).lightness
        var result = Image(lab)
        result.clamp()
        return result
    }

    /// Sets values below 0 to 0 and values above 1 to 1.
    package mutating func clamp() {
        let count = values.count
        values.write { values in for i in 0..<count { values[i] = values[i].clampedToUnit } }
    }
}
