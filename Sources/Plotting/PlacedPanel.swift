/// A panel on a canvas.
package struct PlacedPanel {
    let panel: Panel
    package let frame: Frame
    package let x, y: PlacedAxis
    /// Whether the y axis has its numbers and its label.
    let showsY: Bool

    /// Where a point lies, nil where it has no place.
    package func place(_ point: Series.Point) -> Place? {
        point.isFinite ? Place(x.position(point.x), y.position(point.y)) : nil
    }
}
