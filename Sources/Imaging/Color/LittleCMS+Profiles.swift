internal import CLCMS

extension LittleCMS {
    /// The places of the colours of a space in CIE's diagram of x and y.
    struct Chromaticities: Sendable {
        let red, green, blue, white: SIMD2<Double>
    }

    /// The way from samples to light.
    enum Curve: Equatable {
        case sRGB
        case gamma(Double)
    }
}

extension LittleCMS.Profile {
    /// An ICC profile of these colours and curve; nil when out of memory.
    static func bytes(_ points: LittleCMS.Chromaticities, _ curve: LittleCMS.Curve) -> [UInt8]? {
        // sRGB's, as Little CMS counts parameters: IEC 61966-2-1.
        let (type, parameters): (Int32, [Double]) =
            switch curve {
            case .sRGB: (4, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045])
            case .gamma(let exponent): (1, [exponent])
            }
        guard let tone = cmsBuildParametricToneCurve(nil, type, parameters) else { return nil }
        defer { cmsFreeToneCurve(tone) }
        func place(_ point: SIMD2<Double>) -> cmsCIExyY { cmsCIExyY(x: point.x, y: point.y, Y: 1) }
        var white = place(points.white)
        var primaries = cmsCIExyYTRIPLE(Red: place(points.red), Green: place(points.green), Blue: place(points.blue))
        let tones = [tone, tone, tone].map(Optional.some)
        guard let profile = tones.withUnsafeBufferPointer({ cmsCreateRGBProfile(&white, &primaries, $0.baseAddress) })
        else { return nil }
        defer { cmsCloseProfile(profile) }
        var count: cmsUInt32Number = 0
        guard cmsSaveProfileToMem(profile, nil, &count) != 0, count > 128 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        guard cmsSaveProfileToMem(profile, &bytes, &count) != 0 else { return nil }
        // The date (ICC.1:2022, 7.2.9): the same file gives the same results at any time.
        bytes.replaceSubrange(24..<36, with: [0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
        return bytes
    }
}
