internal import Foundation

/// Conversion of one colour between sRGB (IEC 61966-2-1) and CIELAB (CIE 15) under D65.
///
/// An sRGB value v decodes to linear light v/12.92 up to 0.04045, ((v + 0.055)/1.055)^2.4 above. A matrix maps linear
/// light to XYZ. With the white point Xₙ, Yₙ, Zₙ and f(t) = ∛t above (6/29)³, t/(3·(6/29)²) + 4/29 below,
///
///     L = 116·f(Y/Yₙ) − 16,  a = 500·(f(X/Xₙ) − f(Y/Yₙ)),  b = 200·(f(Y/Yₙ) − f(Z/Zₙ)).
///
/// The linear segments extend below 0 and the curves above 1, so that every formula is invertible everywhere.
enum CIELAB {
    /// The matrix from linear light to XYZ, and its inverse, by columns: from the primaries of sRGB and D65.
    private static let toXYZ = (
        SIMD3<Float>(0.412_456_4, 0.212_672_9, 0.019_333_9), SIMD3<Float>(0.357_576_1, 0.715_152_2, 0.119_192_0),
        SIMD3<Float>(0.180_437_5, 0.072_175_0, 0.950_304_1)
    )
    private static let fromXYZ = (
        SIMD3<Float>(3.240_454_2, -0.969_266_0, 0.055_643_4), SIMD3<Float>(-1.537_138_5, 1.876_010_8, -0.204_025_9),
        SIMD3<Float>(-0.498_531_4, 0.041_556_0, 1.057_225_2)
    )

    /// XYZ of D65, which is sRGB's (1, 1, 1).
    private static let white = SIMD3<Float>(0.950_47, 1, 1.088_83)

    /// δ, the value of f at δ³, where its linear segment meets the cube root.
    private static let delta: Float = 6 / 29

    /// L, a and b of a colour.
    static func lab(_ sRGB: SIMD3<Float>) -> SIMD3<Float> {
        let r = linear(sRGB.x), g = linear(sRGB.y), b = linear(sRGB.z)
        let t = (r * toXYZ.0 + g * toXYZ.1 + b * toXYZ.2) / white
        let (x, y, z) = (f(t.x), f(t.y), f(t.z))
        return SIMD3(116 * y - 16, 500 * (x - y), 200 * (y - z))
    }

    /// The colour of L, a and b.
    static func sRGB(_ lab: SIMD3<Float>) -> SIMD3<Float> {
        let y = (lab.x + 16) / 116
        let t = SIMD3(inverseF(y + lab.y / 500), inverseF(y), inverseF(y - lab.z / 200)) * white
        let light = t.x * fromXYZ.0 + t.y * fromXYZ.1 + t.z * fromXYZ.2
        return SIMD3(encoded(light.x), encoded(light.y), encoded(light.z))
    }

    private static func linear(_ v: Float) -> Float {
        v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)
    }

    private static func encoded(_ light: Float) -> Float {
        light <= 0.003_130_8 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055
    }

    private static func f(_ t: Float) -> Float {
        t > delta * delta * delta ? cbrt(t) : t / (3 * delta * delta) + 4 / 29
    }

    private static func inverseF(_ f: Float) -> Float {
        f > delta ? f * f * f : 3 * delta * delta * (f - 4 / 29)
    }
}
