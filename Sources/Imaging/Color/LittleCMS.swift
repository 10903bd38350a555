internal import CLCMS

/// Little CMS, behind types that free what they hold.
enum LittleCMS {
    /// An opened ICC profile.
    struct Profile: ~Copyable {
        private let handle: cmsHPROFILE

        /// The profile in `bytes`; nil when they are none.
        init?(_ bytes: [UInt8]) {
            guard let count = UInt32(exactly: bytes.count), let handle = cmsOpenProfileFromMem(bytes, count) else {
                return nil
            }
            self.handle = handle
        }

        private init?(handle: cmsHPROFILE?) {
            guard let handle else { return nil }
            self.handle = handle
        }

        deinit { cmsCloseProfile(handle) }

        /// sRGB by its formula; nil without memory for it.
        static var sRGB: Profile? { Profile(handle: cmsCreate_sRGBProfile()) }

        /// The space of the samples; nil for one that no picture here is in.
        var space: ColorProfile.Space? {
            switch cmsGetColorSpace(handle) {
            case cmsSigGrayData: .gray
            case cmsSigRgbData: .rgb
            case cmsSigCmykData: .cmyk
            default: nil
            }
        }

        /// Whether it says what colours the samples of a device or a space are, rather than how to change colours.
        var describesColors: Bool {
            let kinds = [cmsSigInputClass, cmsSigDisplayClass, cmsSigOutputClass, cmsSigColorSpaceClass]
            return kinds.contains(cmsGetDeviceClass(handle))
        }

        /// The conversion of colours in this profile's `space` to `other`'s, which is `otherSpace`; nil when one of the
        /// profiles does not say how.
        func transform(
            from space: ColorProfile.Space, to other: borrowing Profile, _ otherSpace: ColorProfile.Space
        ) -> ColorTransform? {
            // Without the cache of the last colour, which is shared, several threads may convert at a time.
            cmsCreateTransform(
                handle, Self.format(space), other.handle, Self.format(otherSpace),
                UInt32(INTENT_RELATIVE_COLORIMETRIC), UInt32(cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_NOCACHE)
            ).map { ColorTransform(handle: $0, from: space, to: otherSpace) }
        }

        private static func format(_ space: ColorProfile.Space) -> UInt32 {
            switch space {
            case .gray: UInt32(clcms_gray_float)
            case .rgb: UInt32(clcms_rgb_float)
            case .cmyk: UInt32(clcms_cmyk_float)
            }
        }
    }

    /// Converts `count` colours.
    static func convert(
        _ transform: UnsafeMutableRawPointer, _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        cmsDoTransform(transform, source, target, UInt32(count))
    }

    /// Frees a transform.
    static func delete(_ transform: UnsafeMutableRawPointer) { cmsDeleteTransform(transform) }
}
