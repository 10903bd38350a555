public import Files
internal import Foundation
public import Imaging

/// Strokes of the brush on a picture of a size, as a file holds them.
public struct Drawing: Codable, Sendable {
    let width, height: Int
    let strokes: [Stroke]

    /// Reads a file of the studio's.
    public init(reading path: FilePath) throws {
        let bytes = try FileContents.read(path, limit: 1 << 26) ?? []
        self = try JSONDecoder().decode(Drawing.self, from: Data(bytes))
    }

    init(width: Int, height: Int, strokes: [Stroke]) {
        (self.width, self.height, self.strokes) = (width, height, strokes)
    }

    /// What the strokes keep, and what they drop: where two cross, the later one counts.
    public var masks: (keep: Mask, drop: Mask) {
        var keep = Mask(width: width, height: height, repeating: 0), drop = keep
        for stroke in strokes {
            let points = stride(from: 0, to: stroke.points.count - 1, by: 2).map {
                SIMD2(stroke.points[$0], stroke.points[$0 + 1])
            }
            for (i, end) in points.enumerated() {
                fill(from: i == 0 ? end : points[i - 1], to: end, stroke.radius) { pixel in
                    keep.values[pixel] = stroke.keep ? 1 : 0
                    drop.values[pixel] = stroke.keep ? 0 : 1
                }
            }
        }
        return (keep, drop)
    }

    /// Calls `paint` with the pixels whose middles are at most `radius` from a line.
    private func fill(from start: SIMD2<Double>, to end: SIMD2<Double>, _ radius: Double, _ paint: (Int) -> Void) {
        // A dot below a pixel's size still marks the pixel it is in.
        let radius = max(radius, 0.71)
        let low = pointwiseMin(start, end) - radius, high = pointwiseMax(start, end) + radius
        let columns = max(0, Int(low.x))..<max(max(0, Int(low.x)), min(width, Int(high.x) + 1))
        let rows = max(0, Int(low.y))..<max(max(0, Int(low.y)), min(height, Int(high.y) + 1))
        let line = end - start, length = (line * line).sum()
        for y in rows {
            for x in columns {
                let offset = SIMD2(Double(x) + 0.5, Double(y) + 0.5) - start
                let t = length > 0 ? max(0, min(1, (offset * line).sum() / length)) : 0
                let distance = offset - line * t
                if (distance * distance).sum() <= radius * radius { paint(y * width + x) }
            }
        }
    }
}
