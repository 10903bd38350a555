internal import CLCMS

/// Little CMS, wrapped in types that own its handles.
enum LittleCMS {
    /// An opened ICC profile.
    struct Profile: ~Copyable {
        private let handle: cmsHPROFILE

        /// Parses `bytes`; nil when they are no profile.
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

        /// The built-in sRGB profile; nil when out of memory.
        static var sRGB: Profile? { Profile(handle: cmsCreate_sRGBProfile()) }

        /// The built-in profile of CIELAB with D50 as white; nil when out of memory.
        static var lab: Profile? { Profile(handle: cmsCreateLab4Profile(nil)) }

        /// The colour model of the samples; nil for an unsupported one.
        var space: ColorProfile.Space? {
            switch cmsGetColorSpace(handle) {
            case cmsSigGrayData: .gray
            case cmsSigRgbData: .rgb
            case cmsSigCmykData: .cmyk
            default: nil
            }
        }

        /// Whether the profile class describes a device or a colour space, rather than a device link, abstract or named
        /// colours.
        var describesColors: Bool {
            let kinds = [cmsSigInputClass, cmsSigDisplayClass, cmsSigOutputClass, cmsSigColorSpaceClass]
            return kinds.contains(cmsGetDeviceClass(handle))
        }

        /// The transform from this profile, of model `space`, to `other`, of model `otherSpace`; nil when one of the
        /// profiles does not define its direction.
        func transform(
            from space: ColorProfile.Space, to other: borrowing Profile, _ otherSpace: ColorProfile.Space
        ) -> ColorTransform? {
            // The one-colour cache is shared state; without it a transform is thread-safe.
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
            case .lab: UInt32(clcms_lab_float)
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
