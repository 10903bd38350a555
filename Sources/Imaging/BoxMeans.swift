/// A box filter: the mean over the (2r+1)×(2r+1) window around each pixel, cropped at the border.
///
/// Input rows are computed on demand. Running column sums, updated row by row, and a running sum over these make it
/// O(pixels) for any r. It works in Double and in bands of rows that depend on the height only, so that the results do
/// not depend on the number of threads.
package struct BoxMeans {
    /// The size in pixels.
    let size: Size
    /// r, in pixels, at least 0.
    let radius: Int
    /// The number of values per pixel.
    let channels: Int

    /// A filter of maps of `size`, with windows of (2·`radius` + 1)² pixels and `channels` values per pixel.
    package init(size: Size, radius: Int, channels: Int) {
        (self.size, self.radius, self.channels) = (size, radius, channels)
    }

    /// The rows per band: enough that the 2r rows that fill the sums of a band cost little.
    private static let band = 32

    /// Calls `body` with each row index y and the row's means (W×`channels`).
    ///
    /// `row` writes the input row y (W×`channels`) and is called several times per row. Both closures are called
    /// concurrently.
    package func forEachRow(
        _ row: (Int, UnsafeMutableBufferPointer<Double>) -> Void, _ body: (Int, UnsafeBufferPointer<Double>) -> Void
    ) {
        let line = size.width * channels
        parallelFor((size.height + Self.band - 1) / Self.band) { band in
            var values = [Double](repeating: 0, count: line), columns = values, means = values
            func add(_ y: Int, sign: Double) {
                guard y >= 0, y < size.height else { return }
                values.withUnsafeMutableBufferPointer { row(y, $0) }
                for i in 0..<line { columns[i] += sign * values[i] }
            }
            let rows = band * Self.band..<min((band + 1) * Self.band, size.height)
            for y in rows.lowerBound - radius..<rows.lowerBound + radius { add(y, sign: 1) }
            for y in rows {
                add(y + radius, sign: 1)
                let count = min(y + radius, size.height - 1) - max(y - radius, 0) + 1
                average(columns, rows: count, into: &means)
                means.withUnsafeBufferPointer { body(y, $0) }
                add(y - radius, sign: -1)
            }
        }
    }

    /// Averages column sums, each over `rows` rows, across 2r+1 columns.
    private func average(_ columns: [Double], rows: Int, into means: inout [Double]) {
        let (width, channels) = (size.width, channels)
        columns.withUnsafeBufferPointer { columns in
            means.withUnsafeMutableBufferPointer { means in
                for c in 0..<channels {
                    var sum = 0.0
                    for x in 0..<min(radius, width) { sum += columns[x * channels + c] }
                    for x in 0..<width {
                        if x + radius < width { sum += columns[(x + radius) * channels + c] }
                        let count = rows * (min(x + radius, width - 1) - max(x - radius, 0) + 1)
                        means[x * channels + c] = sum / Double(count)
                        if x >= radius { sum -= columns[(x - radius) * channels + c] }
                    }
                }
            }
        }
    }
}
