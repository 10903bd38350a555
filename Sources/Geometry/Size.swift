/// A width and a height in pixels.
public struct Size: Hashable, Sendable, CustomStringConvertible {
    /// The numbers of columns and rows.
    public var width, height: Int

    /// A size of `width` columns and `height` rows.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Width times height.
    public var pixelCount: Int { width * height }

    /// Half the width and height, rounded down: a 2×2 pooling drops an odd last column and row.
    package var halved: Size { Size(width: width / 2, height: height / 2) }

    /// Width × height, such as `722×570`.
    public var description: String { "\(width)×\(height)" }
}

/// A column and a row of a picture; may lie outside it.
public struct Point: Hashable, Sendable {
    /// The column and the row.
    public var x, y: Int

    /// The point in column `x` and row `y`.
    public init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}
