/// A place on a canvas, in points from its top left corner.
package struct Place: Equatable {
    package var x, y: Double

    package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// A part of a canvas.
package struct Frame: Equatable {
    package var left, top, right, bottom: Double

    package var width: Double { right - left }
    package var height: Double { bottom - top }
}
