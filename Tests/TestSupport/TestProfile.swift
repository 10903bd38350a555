internal import CLCMS
internal import Foundation

/// ICC profiles that Little CMS writes.
package enum TestProfile {
    /// sRGB's own formula.
    package static let sRGB = bytes(of: cmsCreate_sRGBProfile())

    /// sRGB with a red that is a little off.
    package static let roundedSRGB = rgb(primaries: [(0.6402, 0.33), green, blue], sRGBCurve)

    /// sRGB with red and green in each other's place.
    package static let swapped = rgb(primaries: [green, red, blue], sRGBCurve)

    /// sRGB's primaries but for a green that is farther out, and a gamma of 563/256: Adobe RGB (1998).
    package static let wide = rgb(primaries: [red, (0.21, 0.71), blue], .gamma(563.0 / 256))

    /// sRGB's primaries with a gamma of 2.2, which is not quite sRGB.
    package static let gamma22 = rgb(primaries: [red, green, blue], .gamma(2.2))

    /// sRGB's primaries with a gamma of 1.8 in 32 767 steps, as many as Little CMS reads.
    package static let large = rgb(
        primaries: [red, green, blue],
        .table((0..<32_767).map { UInt16((65535 * pow(Double($0) / 32_766, 1.8)).rounded()) }))

    /// Grey with a gamma of 1.8.
    package static let gray18: [UInt8] = {
        var white = cmsCIExyY(x: 0.3127, y: 0.3290, Y: 1)
        return Curve.gamma(1.8).withHandle { bytes(of: cmsCreateGrayProfile(&white, $0)) }
    }()

    /// What light paper lets back through each of the whole inks cyan, magenta, yellow and black, in linear sRGB.
    /// Several inks multiply.
    package static let inks: [[Double]] = [[0.1, 0.5, 0.9], [0.8, 0.1, 0.4], [0.9, 0.8, 0.1], [0, 0, 0]]

    /// Four inks, by a table of two steps for each; it only converts to other spaces.
    package static let cmyk = table(cmsSigCmykData, channels: 4, steps: 2) { amounts in
        (0..<3).map { c in zip(amounts, inks).reduce(1.0) { $0 * (1 + $1.0 * ($1.1[c] - 1)) } }
    }

    /// Linear RGB, by a table whose black is `black` in each channel; it only converts to other spaces.
    package static func linearTable(black: Double = 0) -> [UInt8] {
        table(cmsSigRgbData, channels: 3, steps: 2) { $0.map { black + $0 * (1 - black) } }
    }

    /// A profile that changes colours of one device to another's.
    package static let link = bytes(of: cmsCreateInkLimitingDeviceLink(cmsSigCmykData, 300))

    /// A profile of a space that pictures here do not have.
    package static let lab = bytes(of: cmsCreateLab4Profile(nil))

    // MARK: How they are made

    private static let red = (0.64, 0.33), green = (0.30, 0.60), blue = (0.15, 0.06)
    private static let sRGBCurve = Curve.parametric(4, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045])

    /// How a sample grows with light.
    private enum Curve {
        case gamma(Double)
        case parametric(Int32, [Double])
        case table([UInt16])

        func withHandle<T>(_ body: (OpaquePointer?) -> T) -> T {
            let handle =
                switch self {
                case .gamma(let gamma): cmsBuildGamma(nil, gamma)
                case .parametric(let type, let parameters): cmsBuildParametricToneCurve(nil, type, parameters)
                case .table(let levels): cmsBuildTabulatedToneCurve16(nil, UInt32(levels.count), levels)
                }
            defer { cmsFreeToneCurve(handle) }
            return body(handle)
        }
    }

    private static func rgb(primaries: [(Double, Double)], _ curve: Curve) -> [UInt8] {
        var white = cmsCIExyY(x: 0.3127, y: 0.3290, Y: 1)
        let points = primaries.map { cmsCIExyY(x: $0.0, y: $0.1, Y: 1) }
        var triple = cmsCIExyYTRIPLE(Red: points[0], Green: points[1], Blue: points[2])
        return curve.withHandle { bytes(of: cmsCreateRGBProfile(&white, &triple, [$0, $0, $0])) }
    }

    /// A profile whose table holds what `light` makes, in linear sRGB, of each combination of the channels' steps.
    private static func table(
        _ space: cmsColorSpaceSignature, channels: Int, steps: Int, _ light: ([Double]) -> [Double]
    ) -> [UInt8] {
        let count = (0..<channels).reduce(1) { product, _ in product * steps }
        let nodes = (0..<count).flatMap { node -> [UInt16] in
            var rest = node
            // The last channel varies fastest.
            let levels = (0..<channels).map { _ -> Double in
                defer { rest /= steps }
                return Double(rest % steps) / Double(steps - 1)
            }
            return lab16(light(levels.reversed()))
        }
        let profile = cmsCreateProfilePlaceholder(nil)
        cmsSetProfileVersion(profile, 4.3)
        cmsSetDeviceClass(profile, cmsSigOutputClass)
        cmsSetColorSpace(profile, space)
        cmsSetPCS(profile, cmsSigLabData)
        let pipeline = cmsPipelineAlloc(nil, UInt32(channels), 3)
        let stages = [
            // The format wants curves around its table.
            cmsStageAllocToneCurves(nil, UInt32(channels), nil),
            cmsStageAllocCLut16bit(nil, UInt32(steps), UInt32(channels), 3, nodes),
            cmsStageAllocToneCurves(nil, 3, nil),
        ]
        for stage in stages { cmsPipelineInsertStage(pipeline, cmsAT_END, stage) }
        // For any intent, and for colours as they are relative to white.
        for tag in [cmsSigAToB0Tag, cmsSigAToB1Tag] { cmsWriteTag(profile, tag, UnsafeRawPointer(pipeline)) }
        cmsPipelineFree(pipeline)
        return bytes(of: profile)
    }

    /// CIELAB under D50, as version 4 of ICC's format stores it, of linear sRGB.
    private static func lab16(_ rgb: [Double]) -> [UInt16] {
        // sRGB's primaries adapted to D50, over D50's white.
        let toXYZ = [[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]]
        let f = toXYZ.map { row -> Double in
            let ratio = zip(row, rgb).reduce(0) { $0 + $1.0 * $1.1 } / row.reduce(0, +)
            return ratio > 216.0 / 24389 ? cbrt(ratio) : (24389.0 / 27 * ratio + 16) / 116
        }
        let (l, a, b) = (116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2]))
        return [l * 655.35, (a + 128) * 257, (b + 128) * 257].map { UInt16(min(max($0.rounded(), 0), 65535)) }
    }

    private static func bytes(of profile: cmsHPROFILE?) -> [UInt8] {
        defer { cmsCloseProfile(profile) }
        var count: UInt32 = 0
        cmsSaveProfileToMem(profile, nil, &count)
        var bytes = [UInt8](repeating: 0, count: Int(count))
        cmsSaveProfileToMem(profile, &bytes, &count)
        precondition(!bytes.isEmpty, "Little CMS wrote no profile")
        return bytes
    }
}
