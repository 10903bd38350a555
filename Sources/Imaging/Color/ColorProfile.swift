/// An ICC profile, which defines the colour space of a file's samples.
public struct ColorProfile: Sendable {
    /// The colour model of the samples.
    public enum Space: Sendable {
        /// One channel of grey.
        case gray

        /// Red, green and blue.
        case rgb

        /// Cyan, magenta, yellow and black ink.
        case cmyk

        /// CIELAB, of D50: samples that have no need of a profile.
        case lab

        /// The number of samples per pixel.
        var channels: Int {
            switch self {
            case .gray: 1
            case .rgb, .lab: 3
            case .cmyk: 4
            }
        }
    }

    /// An unusable profile.
    public struct Problem: Error, Equatable, Sendable {
        /// The reason, such as "it is damaged".
        public let reason: String
    }

    /// The encoded profile.
    public let bytes: [UInt8]

    /// The colour model of the samples that it describes.
    public let space: Space

    /// Whether it describes sRGB to within two 8-bit steps, so that values need no conversion.
    ///
    /// The numbers in sRGB profiles are rounded. The largest errors, up to 1.4 steps, are at full red, green or blue,
    /// where the other two channels are at the steep end of sRGB's curve.
    public let isSRGB: Bool

    /// The transforms to sRGB and, for an RGB profile that defines it, back.
    let toSRGB: ColorTransform
    let fromSRGB: ColorTransform?

    /// Parses an ICC profile.
    ///
    /// - Throws: ``Problem`` when `bytes` are not a profile that converts grey, RGB or CMYK to other spaces.
    public init(icc bytes: [UInt8]) throws(Problem) {
        guard let profile = LittleCMS.Profile(bytes) else { throw Problem(reason: "it is damaged") }
        guard profile.describesColors, let space = profile.space else {
            throw Problem(reason: "it is of a kind that pictures do not have")
        }
        guard let sRGB = LittleCMS.Profile.sRGB, let toSRGB = profile.transform(from: space, to: sRGB, .rgb) else {
            throw Problem(reason: "it is damaged")
        }
        self.bytes = bytes
        self.space = space
        self.toSRGB = toSRGB
        fromSRGB = space == .rgb ? sRGB.transform(from: .rgb, to: profile, .rgb) : nil
        isSRGB = Self.changesNothing(toSRGB, space)
    }

    /// Whether pictures can be written with this profile: RGB, with a transform from sRGB, and accepted by libpng.
    public var isWritable: Bool { fromSRGB != nil && Codec.embeds(self) }

    /// Whether the transform is the identity, to within two 8-bit steps, on a coarse grid of colours.
    private static func changesNothing(_ transform: ColorTransform, _ space: Space) -> Bool {
        let steps = 9
        func level(_ i: Int) -> Float { Float(i) / Float(steps - 1) }
        let colors: [[Float]]
        switch space {
        case .cmyk, .lab: return false
        case .gray: colors = (0..<steps).map { [level($0)] }
        case .rgb:
            colors = (0..<steps * steps * steps).map {
                [level($0 / (steps * steps)), level($0 / steps % steps), level($0 % steps)]
            }
        }
        let expected = colors.flatMap { space == .gray ? [$0[0], $0[0], $0[0]] : $0 }
        return zip(transform.applied(to: colors.flatMap(\.self)), expected).allSatisfy { abs($0 - $1) < 2.0 / 255 }
    }
}

extension ColorProfile: Equatable {
    /// Profiles are equal when their bytes are.
    public static func == (a: ColorProfile, b: ColorProfile) -> Bool { a.bytes == b.bytes }
}
