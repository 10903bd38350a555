extension ColorProfile {
    /// The profile of a colour space that a file gives by numbers of ITU-T H.273; nil for sRGB, and where they say
    /// nothing.
    ///
    /// The curves of television cameras are taken as sRGB's: still pictures with their numbers were made on screens.
    /// - Throws: ``Problem`` for numbers of high dynamic range, and for unknown ones.
    init?(primaries: Int, transfer: Int) throws(Problem) {
        let curve: LittleCMS.Curve
        switch transfer {
        case 1, 2, 6, 13, 14, 15: curve = .sRGB
        case 4: curve = .gamma(2.2)
        case 5: curve = .gamma(2.8)
        case 8: curve = .gamma(1)
        case 16, 18: throw Problem(reason: "it is for high dynamic range (\(transfer == 16 ? "PQ" : "HLG"))")
        default: throw Problem(reason: "it has a curve that is not known, number \(transfer)")
        }
        let isUsual = primaries == 1 || primaries == 2
        if isUsual, curve == .sRGB { return nil }
        guard let points = Self.chromaticities[isUsual ? 1 : primaries] else {
            throw Problem(reason: "it has colours that are not known, number \(primaries)")
        }
        guard let bytes = LittleCMS.Profile.bytes(points, curve) else { throw Problem(reason: "it cannot be made") }
        try self.init(icc: bytes)
    }

    /// The places of red, green, blue and white, by ITU-T H.273's number (table 2).
    private static let chromaticities: [Int: LittleCMS.Chromaticities] = {
        let daylight = SIMD2(0.3127, 0.3290), lamp = SIMD2(0.310, 0.316)
        func points(
            _ red: SIMD2<Double>, _ green: SIMD2<Double>, _ blue: SIMD2<Double>, _ white: SIMD2<Double>
        ) -> LittleCMS.Chromaticities { .init(red: red, green: green, blue: blue, white: white) }
        let america = points([0.630, 0.340], [0.310, 0.595], [0.155, 0.070], daylight)
        return [
            1: points([0.640, 0.330], [0.300, 0.600], [0.150, 0.060], daylight),
            4: points([0.67, 0.33], [0.21, 0.71], [0.14, 0.08], lamp),
            5: points([0.64, 0.33], [0.29, 0.60], [0.15, 0.06], daylight),
            6: america, 7: america,
            8: points([0.681, 0.319], [0.243, 0.692], [0.145, 0.049], lamp),
            9: points([0.708, 0.292], [0.170, 0.797], [0.131, 0.046], daylight),
            11: points([0.680, 0.320], [0.265, 0.690], [0.150, 0.060], [0.314, 0.351]),
            12: points([0.680, 0.320], [0.265, 0.690], [0.150, 0.060], daylight),
            22: points([0.630, 0.340], [0.295, 0.605], [0.155, 0.077], daylight),
        ]
    }()
}
