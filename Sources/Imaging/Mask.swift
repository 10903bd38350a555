/// One value in 0…1 for each pixel (H×W, row-major Float32): 1 belongs to the object, 0 does not.
public struct Mask: Equatable, Sendable {
    /// The width W and height H in pixels.
    public let width, height: Int

    /// The H·W values; the one at (x, y) is at y·W + x.
    public var values: [Float]

    /// A mask over `values`, which holds `width`·`height` numbers in 0…1, row by row.
    public init(width: Int, height: Int, values: [Float]) {
        precondition(width > 0 && height > 0, "a mask needs at least one pixel, got \(width)×\(height)")
        precondition(values.count == width * height, "expected \(width * height) values, got \(values.count)")
        self.width = width
        self.height = height
        self.values = values
    }

    /// A mask with the same value everywhere.
    public init(width: Int, height: Int, repeating value: Float) {
        self.init(width: width, height: height, values: Array(repeating: value, count: width * height))
    }

    /// The value in column `x` and row `y`.
    public subscript(x: Int, y: Int) -> Float {
        get { values[y * width + x] }
        set { values[y * width + x] = newValue }
    }

    /// The flat indices y·W + x of the values above 0, in raster order.
    package var positions: [Int] { values.indices.filter { values[$0] > 0 } }

    /// The width and height.
    public var size: Size { Size(width: width, height: height) }
}
