@_exported public import Compute
@_exported public import Geometry

/// A colour picture: sRGB values in 0…1, channels last (H×W×3, row-major Float32).
///
///     let picture = try Picture.read("painting.jpg").flattened
///     let half = picture.resampled(to: Size(width: picture.width / 2, height: picture.height / 2))
///     try half.write(to: "half.png")
public struct Image: Equatable, Sendable {
    /// The width W and height H in pixels.
    public let width, height: Int

    /// The 3·H·W values; the value of channel c at (x, y) is at (y·W + x)·3 + c.
    public var values: FloatBuffer

    /// A picture of `values`: 3·`width`·`height` numbers in 0…1, row by row. A `FloatBuffer` is shared, not copied.
    public init(width: Int, height: Int, values: some Sequence<Float>) {
        let values = FloatBuffer(values)
        precondition(width > 0 && height > 0, "a picture needs at least one pixel, got \(width)×\(height)")
        precondition(
            values.count == 3 * width * height, "expected \(3 * width * height) values, got \(values.count)")
        self.width = width
        self.height = height
        self.values = values
    }

    /// A picture of `size` with uninitialized values, all of which `initialize` must set.
    package init(_ size: Size, initializedBy initialize: (UnsafeMutablePointer<Float>) -> Void) {
        self.init(
            width: size.width, height: size.height,
            values: FloatBuffer(count: 3 * size.pixelCount, initializedBy: initialize))
    }

    /// The red, green and blue values of the pixel in column `x` and row `y`.
    public subscript(x: Int, y: Int) -> SIMD3<Float> {
        get {
            let i = (y * width + x) * 3
            return SIMD3(values[i], values[i + 1], values[i + 2])
        }
        set {
            let i = (y * width + x) * 3
            values[i] = newValue.x
            values[i + 1] = newValue.y
            values[i + 2] = newValue.z
        }
    }

    /// The width and height.
    public var size: Size { Size(width: width, height: height) }
}
