internal import Foundation

/// The scaling, mirroring and rotation of an object, in one resampling.
///
/// The filter is that of ``Resampling``, the Catmull-Rom cubic along the object's own axes, widened when downsampling.
/// Rotations by multiples of 90° are permutations of the pixels of the scaled object.
struct PlacementTransform {
    /// The object's size, and its scaled size before the rotation.
    private let object, scaled: Size
    private let isMirrored: Bool
    private let rotation: Rotation
    /// The size of the bounding box of the result.
    let frame: Size

    private enum Rotation {
        /// Counter-clockwise by so many right angles, 0 to 3.
        case quarters(Int)
        /// By an angle with this cosine and sine.
        case angle(cosine: Double, sine: Double)
    }

    /// The transform of an object of a size. Throws ``PlacementError/tooLarge(object:scale:)``.
    init(of object: Size, _ placement: Placement) throws(PlacementError) {
        self.object = object
        scaled = try placement.scaledSize(object)
        isMirrored = placement.isMirrored
        let degrees = placement.rotation.truncatingRemainder(dividingBy: 360)
        if degrees.truncatingRemainder(dividingBy: 90) == 0 {
            let quarters = (Int(degrees / 90) + 4) % 4
            rotation = .quarters(quarters)
            frame = quarters % 2 == 0 ? scaled : Size(width: scaled.height, height: scaled.width)
            return
        }
        let (cosine, sine) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
        rotation = .angle(cosine: cosine, sine: sine)
        let (width, height) = (Double(scaled.width), Double(scaled.height))
        // Sums that are whole but for rounding take no further pixel.
        func side(_ length: Double) -> Int { max(1, Int((length - 1e-6).rounded(.up))) }
        frame = Size(
            width: side(width * abs(cosine) + height * abs(sine)),
            height: side(width * abs(sine) + height * abs(cosine)))
        guard max(frame.width, frame.height) <= Placement.reach else {
            throw .tooLarge(object: object, scale: placement.scale)
        }
    }

    /// Whether each pixel of the result is one of the object's.
    var isPermutation: Bool {
        guard case .quarters = rotation else { return false }
        return scaled == object
    }

    /// The crop to `region` of the transformed `values` (H×W×`channels`, of the object's size). 0 outside the object.
    func applied(to values: FloatBuffer, _ region: Region, channels: Int) -> FloatBuffer {
        switch rotation {
        case .quarters(0) where !isMirrored:
            Resampling.resample(values, from: object, to: scaled, region, channels: channels)
        case .quarters(let quarters): permuted(values, region, channels, quarters)
        case .angle(let cosine, let sine): rotated(values, region, channels, cosine, sine)
        }
    }

    /// Resampled to the scaled size, then mirrored and rotated by right angles.
    private func permuted(_ values: FloatBuffer, _ region: Region, _ channels: Int, _ quarters: Int) -> FloatBuffer {
        let (right, bottom) = (scaled.width - 1, scaled.height - 1)
        func source(_ x: Int, _ y: Int) -> Point {
            let (column, row) =
                switch quarters {
                case 0: (x, y)
                case 1: (right - y, x)
                case 2: (right - x, bottom - y)
                default: (y, bottom - x)
                }
            return Point(x: isMirrored ? right - column : column, y: row)
        }
        let first = source(region.columns.lowerBound, region.rows.lowerBound)
        let last = source(region.columns.upperBound - 1, region.rows.upperBound - 1)
        let part = Region(
            columns: min(first.x, last.x)..<max(first.x, last.x) + 1,
            rows: min(first.y, last.y)..<max(first.y, last.y) + 1)
        let straight = Resampling.resample(values, from: object, to: scaled, part, channels: channels)
        let width = region.columns.count
        return FloatBuffer(count: straight.count) { result in
            straight.read { straight in
                parallelFor(region.rows.count) { row in
                    for column in 0..<width {
                        let from = source(region.columns.lowerBound + column, region.rows.lowerBound + row)
                        let i = (from.y - part.rows.lowerBound) * part.columns.count + from.x - part.columns.lowerBound
                        (result + (row * width + column) * channels).update(
                            from: straight + i * channels, count: channels)
                    }
                }
            }
        }
    }

    /// Rotated by any angle.
    ///
    /// The offset (x, y) from the frame's middle, y downwards, shows the object at (x·cos − y·sin, x·sin + y·cos) from
    /// its middle, in scaled pixels.
    private func rotated(
        _ values: FloatBuffer, _ region: Region, _ channels: Int, _ cosine: Double, _ sine: Double
    ) -> FloatBuffer {
        let across = Double(object.width) / Double(scaled.width), down = Double(object.height) / Double(scaled.height)
        let width = region.columns.count
        return FloatBuffer(count: region.size.pixelCount * channels) { result in
            values.read { values in
                parallelFor(region.rows.count) { row in
                    var columns = Taps(widening: max(1, across)), rows = Taps(widening: max(1, down))
                    let out = result + row * width * channels
                    out.update(repeating: 0, count: width * channels)
                    let y = Double(region.rows.lowerBound + row) + 0.5 - Double(frame.height) / 2
                    for column in 0..<width {
                        let x = Double(region.columns.lowerBound + column) + 0.5 - Double(frame.width) / 2
                        let along = (x * cosine - y * sine) * across
                        columns.centre(
                            at: (isMirrored ? -along : along) + Double(object.width) / 2 - 0.5, of: object.width)
                        rows.centre(
                            at: (x * sine + y * cosine) * down + Double(object.height) / 2 - 0.5, of: object.height)
                        for (v, weight) in zip(rows.range, rows.weights) {
                            let line = values + v * object.width * channels
                            for (u, share) in zip(columns.range, columns.weights) {
                                for c in 0..<channels {
                                    out[column * channels + c] += weight * share * line[u * channels + c]
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The filter's taps along one axis.
private struct Taps {
    let widening: Double
    /// The pixels of the object under the filter, and their weights. All weights, with those outside, have the sum 1.
    private(set) var range = 0..<0
    private(set) var weights: [Float] = []

    init(widening: Double) { self.widening = widening }

    /// The taps around `position`, in pixels, along a side of `count` pixels.
    mutating func centre(at position: Double, of count: Int) {
        weights.removeAll(keepingCapacity: true)
        let reach = 2 * widening
        range = 0..<0
        guard position > -reach - 1, position < Double(count) + reach else { return }
        let first = Int((position - reach).rounded(.up)), last = Int((position + reach).rounded(.down))
        var total = 0.0
        for i in first...last { total += Resampling.cubic((Double(i) - position) / widening) }
        range = max(0, first)..<max(max(0, first), min(count - 1, last) + 1)
        for i in range { weights.append(Float(Resampling.cubic((Double(i) - position) / widening) / total)) }
    }
}
