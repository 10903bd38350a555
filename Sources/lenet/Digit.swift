internal import Files
internal import Imaging

/// A handwritten digit: 20×20 values in 0…1, 1 for ink, and its class.
struct Digit {
    /// The side of a digit in pixels.
    static let side = 20

    let ink: Mask
    /// 0…9.
    let value: Int

    /// The digits of a sheet of cells of 20×20 pixels, row by row: equal numbers of zeros, ones and so on, in order.
    ///
    /// Throws for a sheet of other extents, and for a uniform one.
    static func sheet(_ path: FilePath) throws -> [Digit] {
        let sheet = try Picture.read(path).mask
        let (columns, rows) = (sheet.width / side, sheet.height / side)
        guard sheet.width % side == 0, sheet.height % side == 0, columns * rows % 10 == 0 else {
            throw Failure("\(path) is \(sheet.width)×\(sheet.height): no sheet of 20×20 digits, as many of each")
        }
        guard sheet.values.contains(where: { $0 != sheet.values[0] }) else { throw Failure("\(path) shows nothing") }
        return (0..<rows * columns).map { index in
            let (x, y) = (index % columns * side, index / columns * side)
            return Digit(
                ink: Region(columns: x..<x + side, rows: y..<y + side).part(of: sheet),
                value: index * 10 / (rows * columns))
        }
    }

    /// The ink of a picture of one digit, of any size, dark on light or light on dark, resampled to 20×20.
    static func ink(of path: FilePath) throws -> Mask {
        var picture = try Picture.read(path).mask
        if picture.width == side, picture.height == side { return picture }
        // The background covers most of the picture.
        if picture.values.reduce(0, +) > Float(picture.values.count) / 2 {
            picture.values = FloatBuffer(picture.values.map { 1 - $0 })
        }
        guard let box = picture.thresholded(at: 0.3).bounds else { throw Failure("\(path) shows nothing") }
        // A square around the digit, which becomes 20×20.
        let extent = max(box.columns.count, box.rows.count)
        let x = (box.columns.lowerBound + box.columns.upperBound - extent) / 2
        let y = (box.rows.lowerBound + box.rows.upperBound - extent) / 2
        return Region(columns: x..<x + extent, rows: y..<y + extent).part(of: picture)
            .resampled(to: Size(width: side, height: side))
    }
}
