package import Imaging

/// How much the strokes of a painting show: 0 for smooth, realist paintings to 1 for visible strokes.
///
/// The statistic is the median e of the ``StrokeEnergy`` of L (CIELAB, 0…100) with σ = 1.5 pixels at a long side of
/// 700, to which larger paintings are reduced; σ shrinks with smaller ones. Between two thresholds the strength rises
/// linearly: t = (e − 2.2) / (3.6 − 2.2), held to 0…1.
///
/// Over 35 paintings e is at most 2.8 in those without visible strokes and at least 2.7 in those with bold ones, with
/// three exceptions.
package struct StrokeStrength: Equatable, Sendable {
    /// e: the median stroke energy, in units of L.
    package let energy: Double
    /// t, 0…1.
    package let value: Double

    /// The energy up to which t is 0.
    package static let smoothEnergy = 2.2
    /// The energy from which t is 1.
    package static let boldEnergy = 3.6
    /// σ in pixels at ``longSide``.
    package static let sigma = 1.5
    /// The long side in pixels to which larger paintings are reduced.
    package static let longSide = 700

    /// The strength of the strokes of `painting`.
    ///
    /// - Parameter region: the part of the painting to measure, in its pixels; nil for all. What lies beyond the
    ///   painting does not count; if nothing is left, all is measured.
    package init(of painting: Image, in region: Region? = nil) {
        let image = painting.reduced(toLongSide: Self.longSide)
        let sigma = Self.sigma * Double(max(image.width, image.height)) / Double(Self.longSide)
        let plane = StrokeEnergy.plane(of: LabImage(image).lightness, size: image.size, sigma: sigma)
        let part = region.map { Self.reduced($0, of: painting.size, to: image.size) } ?? .whole(of: image.size)
        energy = Self.median(plane.part(part, of: image.size, channels: 1))
        value = min(max((energy - Self.smoothEnergy) / (Self.boldEnergy - Self.smoothEnergy), 0), 1)
    }

    /// The pixels of the reduced picture that `region` touches.
    private static func reduced(_ region: Region, of size: Size, to newSize: Size) -> Region {
        let inside = region.clamped(to: .whole(of: size))
        guard inside.size.pixelCount > 0 else { return .whole(of: newSize) }
        func scaled(_ range: Range<Int>, _ count: Int, _ newCount: Int) -> Range<Int> {
            range.lowerBound * newCount / count..<(range.upperBound * newCount + count - 1) / count
        }
        return Region(
            columns: scaled(inside.columns, size.width, newSize.width),
            rows: scaled(inside.rows, size.height, newSize.height))
    }

    /// The median; of an even number of values the mean of the middle two.
    private static func median(_ values: FloatBuffer) -> Double {
        let sorted = values.sorted(), middle = sorted.count / 2
        return sorted.count % 2 == 1
            ? Double(sorted[middle]) : (Double(sorted[middle - 1]) + Double(sorted[middle])) / 2
    }
}
