/// An ICC profile: what colours the samples of a file are.
public struct ColorProfile: Sendable {
    /// What the samples stand for.
    public enum Space: Sendable {
        /// One channel of grey.
        case gray

        /// Red, green and blue.
        case rgb

        /// Cyan, magenta, yellow and black ink.
        case cmyk

        /// The samples of a colour.
        var channels: Int {
            switch self {
            case .gray: 1
            case .rgb: 3
            case .cmyk: 4
            }
        }
    }

    /// Why a profile cannot be used, in a few words such as "it is damaged".
    public struct Problem: Error, Equatable, Sendable {
        /// The words.
        public let reason: String
    }

    /// The profile as it is in files.
    public let bytes: [UInt8]

    /// The space of the samples that it describes.
    public let space: Space

    /// Whether it describes sRGB, to within two steps of 8 bits: values need no conversion.
    ///
    /// The profiles that go by the name round its numbers. That counts for most at full red, green or blue, where the other
    /// two channels are at the steep end of sRGB's curve: there they are up to 1.4 steps off.
    public let isSRGB: Bool

    /// From its space to sRGB, and back where it says how.
    let toSRGB: ColorTransform
    let fromSRGB: ColorTransform?

    /// The profile in `bytes`.
    ///
    /// - Throws: ``Problem`` when they are no profile, or one that converts no grey, RGB or CMYK to other spaces.
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

    /// Whether a picture can be written in the profile's space: that of an RGB profile that says how to get there.
    public var isWritable: Bool { fromSRGB != nil && Codec.embeds(self) }

    /// Whether the colours of a coarse grid keep their values.
    private static func changesNothing(_ transform: ColorTransform, _ space: Space) -> Bool {
        let steps = 9
        func level(_ i: Int) -> Float { Float(i) / Float(steps - 1) }
        let colors: [[Float]]
        switch space {
        case .cmyk: return false
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
