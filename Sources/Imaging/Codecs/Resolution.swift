/// The pixel density of a picture, which determines its size in print.
public struct Resolution: Hashable, Sendable {
    /// The unit of a density.
    public enum Unit: Sendable {
        /// Pixels per metre (PNG).
        case meter

        /// Pixels per centimetre (JPEG).
        case centimeter

        /// Pixels per inch (JPEG, usually).
        case inch

        /// No unit: only the ratio of `x` to `y` matters, for non-square pixels.
        case ratio
    }

    /// The pixels per unit horizontally and vertically, above 0.
    public let x, y: Double

    /// The unit.
    public let unit: Unit

    /// A resolution of `x` × `y` pixels per unit; both are finite and above 0.
    public init(x: Double, y: Double, unit: Unit) {
        precondition(x > 0 && y > 0 && x.isFinite && y.isFinite, "no resolution: \(x)×\(y)")
        self.x = x
        self.y = y
        self.unit = unit
    }

    /// The closest resolution in the units and integers that a format stores; nil where it is out of range.
    ///
    /// PNG stores pixels per metre up to 2³¹ − 1; the others store pixels per inch or centimetre, the closer one, JPEG
    /// up to 2¹⁶ − 1: PNG's 11811 pixels per metre for 300 per inch become 300 per inch again.
    func rounded(for format: ImageFormat) -> Resolution? {
        let (units, largest): ([Unit], Double) =
            switch format {
            case .png: ([.meter], 0x7FFF_FFFF)
            case .jpeg: ([.inch, .centimeter], 0xFFFF)
            case .tiff, .webp, .avif, .heic: ([.inch, .centimeter], 0x7FFF_FFFF)
            }
        if unit == .ratio {
            // Integers in range are kept.
            let scale = max(1, max(x, y) / largest)
            return Resolution.whole(x / scale, y / scale, .ratio, largest)
        }
        let candidates = units.compactMap { other in
            let (x, y) = (x * unit.perMeter / other.perMeter, y * unit.perMeter / other.perMeter)
            return Resolution.whole(x, y, other, largest).map { whole in
                (whole, error: max(abs(whole.x / x - 1), abs(whole.y / y - 1)))
            }
        }
        return candidates.min { $0.error < $1.error }?.0
    }

    private static func whole(_ x: Double, _ y: Double, _ unit: Unit, _ largest: Double) -> Resolution? {
        let range = 1...largest, (x, y) = (x.rounded(), y.rounded())
        return range.contains(x) && range.contains(y) ? Resolution(x: x, y: y, unit: unit) : nil
    }
}

extension Resolution.Unit {
    /// The number of units per metre.
    fileprivate var perMeter: Double {
        switch self {
        case .meter: 1
        case .centimeter: 100
        case .inch: 1 / 0.0254
        case .ratio: preconditionFailure("a ratio has no length")
        }
    }
}
