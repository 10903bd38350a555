public import Files

/// A decoded picture file: colours, optional alpha, and storage parameters.
public struct Picture: Equatable, Sendable {
    /// The colours in sRGB, not premultiplied.
    public let image: Image

    /// The alpha channel, of the image's size: 1 is opaque. Nil when the file has none.
    public let alpha: Mask?

    /// The storage parameters of the file, kept for results. The profile is always writable: files with a grey or CMYK
    /// profile, of CIELAB, or with a profile that only converts to other spaces, give results in sRGB.
    public let storage: ImageStorage

    /// The reason why the file's colour profile was ignored and its colours taken as sRGB, such as "it is damaged"; nil
    /// if it was used or there is none.
    public let profileProblem: String?

    /// What to know of the file, besides ``profileProblem``.
    public let warnings: [PictureWarning]

    /// How the file's pixels were turned to stand upright.
    public let orientation: Orientation

    /// The values in the file's own colour space; nil where they equal those of `image`.
    let unmanaged: Image?

    /// The default limit on decoded pixels: 400 megapixels, which take 4.8 GB.
    public static let defaultMaxPixels = 400_000_000

    /// A picture of the given colours and, optionally, alpha of the same size.
    public init(image: Image, alpha: Mask? = nil, storage: ImageStorage = ImageStorage()) {
        precondition(
            alpha == nil || alpha?.size == image.size, "expected alpha of \(image.size), got \(alpha?.size as Any)")
        self.image = image
        self.alpha = alpha
        self.storage = storage
        profileProblem = nil
        warnings = []
        orientation = .upright
        unmanaged = storage.profile.flatMap { profile in
            profile.isSRGB ? nil : profile.fromSRGB.map { image.converted(by: $0) }
        }
    }

    /// `picture` with other pixels, and in another storage where that is given.
    init(
        _ image: Image, alpha: Mask? = nil, of picture: Picture, in storage: ImageStorage? = nil, unmanaged: Image?
    ) {
        self.image = image
        self.alpha = alpha
        self.storage = storage ?? picture.storage
        profileProblem = picture.profileProblem
        warnings = picture.warnings
        orientation = picture.orientation
        self.unmanaged = unmanaged
    }

    /// Decodes a picture file, recognized by its signature.
    ///
    /// A sample s of b bits becomes s / (2ᵇ − 1). An embedded ICC profile for grey, RGB or CMYK is converted to sRGB
    /// (relative colorimetric, with black point compensation, clamped to 0…1), and so is a TIFF's CIELAB. Without a
    /// usable profile, values are taken as sRGB, or as what an AVIF or HEIC says by numbers; gamma and chromaticity
    /// chunks are ignored. Pictures are turned upright by their orientation in EXIF data, or else in XMP.
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - path: the file's name in errors.
    ///   - maxPixels: the limit on width times height; beyond it only the header is read and nothing allocated.
    /// - Throws: `unknownFormat`, `damaged` (truncation included), `tooLarge`, `unsupported` for a kind of file that
    ///   the codecs do not know, `foreignFormat` for one that is known not to be read, or
    ///   `file` (`unreadable`) for a picture that does not fit in memory.
    public init(decoding bytes: [UInt8], path: FilePath, maxPixels: Int = defaultMaxPixels) throws(ImageError) {
        guard let format = ImageFormat(recognizing: bytes) else { throw ImageError(unrecognized: bytes, path: path) }
        let samples = try Codec.decode(bytes, as: format, path: path, maxPixels: maxPixels)
        orientation = samples.orientation
        let (width, height) = (samples.size.width, samples.size.height)
        let stored = Image(width: width, height: height, values: samples.colors)
        warnings = samples.warnings
        alpha = samples.alpha.map { Mask(width: width, height: height, values: $0) }

        var profile: ColorProfile?
        do {
            profile = try samples.usableProfile
            profileProblem = samples.profileProblem
        } catch {
            profileProblem = error.reason
        }
        storage = ImageStorage(
            depth: samples.depth, profile: profile?.isWritable == true ? profile : nil,
            resolution: samples.resolution, exif: samples.exif)
        if let profile, !profile.isSRGB {
            image = Image(width: width, height: height, values: samples.values(of: profile, stored: stored))
            unmanaged = stored
        } else {
            image = stored
            unmanaged = nil
        }
    }

    /// Reads and decodes the picture file at `path`.
    /// - Parameters:
    ///   - path: the file; its signature decides the format, not its name.
    ///   - maxPixels: the limit on width times height.
    /// - Throws: `file` (`missing`, `unreadable`), and the errors of `init(decoding:path:maxPixels:)`.
    public static func read(_ path: FilePath, maxPixels: Int = defaultMaxPixels) throws(ImageError) -> Picture {
        try Picture(
            decoding: PictureFile.read(path, maxPixels: maxPixels), path: path, maxPixels: maxPixels)
    }

    /// The colours composited over white: v·a + 1 − a for a value v with alpha a. The image itself without alpha.
    public var flattened: Image { over(image) }

    /// The picture composited over white, without alpha. Without alpha nothing is copied.
    public var opaque: Picture {
        Picture(flattened, of: self, unmanaged: storage.profile == nil ? nil : unmanaged.map(over))
    }

    /// The picture for a layer of a file with many, of another depth and without EXIF data. Nothing is copied or
    /// rounded before it is encoded.
    package func layer(in depth: ImageStorage.Depth) -> Picture {
        var storage = storage
        (storage.depth, storage.exif) = (depth, nil)
        return Picture(image, alpha: alpha, of: self, in: storage, unmanaged: unmanaged)
    }

    private func over(_ image: Image) -> Image {
        guard let alpha else { return image }
        return Image(image.size) { flat in
            image.values.read { values in
                alpha.values.read { alpha in
                    parallelFor(image.height) { y in
                        for pixel in y * image.width..<(y + 1) * image.width {
                            let a = alpha[pixel]
                            for i in 3 * pixel..<3 * pixel + 3 { flat[i] = values[i] * a + (1 - a) }
                        }
                    }
                }
            }
        }
    }

    /// The values as the file has them.
    var stored: Image { unmanaged ?? image }

    /// The picture as a mask, as it stands: luma times alpha. ``MaskReading`` reads masks of other kinds, too.
    ///
    /// The luma is 0.299 R + 0.587 G + 0.114 B (BT.601), and exactly the grey value for greys. As mask values are data
    /// rather than colours, no profile is applied.
    public var mask: Mask {
        let values = stored.values
        var mask = Mask(width: image.width, height: image.height, repeating: 0)
        for pixel in 0..<mask.values.count {
            let (r, g, b) = (values[3 * pixel], values[3 * pixel + 1], values[3 * pixel + 2])
            // The weighted sum of three equal values may differ from them by rounding.
            let lightness = r == g && g == b ? r : 0.299 * r + 0.587 * g + 0.114 * b
            mask.values[pixel] = lightness * (alpha?.values[pixel] ?? 1)
        }
        return mask
    }
}

extension Image {
    /// The values in another colour space.
    fileprivate func converted(by transform: ColorTransform) -> Image {
        Image(width: width, height: height, values: transform.applied(to: values))
    }
}

extension Codec.Samples {
    /// The file's profile; nil when it has no readable one.
    fileprivate var usableProfile: ColorProfile? {
        get throws(ColorProfile.Problem) {
            // Colours that are measured already.
            guard space != .lab else { return nil }
            guard let bytes = profile else {
                return try spaceNumbers.flatMap { numbers throws(ColorProfile.Problem) in
                    try ColorProfile(primaries: numbers.primaries, transfer: numbers.transfer)
                }
            }
            let profile = try ColorProfile(icc: bytes)
            // Grey samples are decoded to equal red, green and blue.
            guard profile.space == space || (profile.space == .rgb && space == .gray) else {
                throw ColorProfile.Problem(reason: "it is not for the kind of colours that the file has")
            }
            return profile
        }
    }

    /// The pixels' values in sRGB; `stored` holds them unconverted, as RGB.
    fileprivate func values(of profile: ColorProfile, stored: Image) -> FloatBuffer {
        switch profile.space {
        case .gray: profile.toSRGB.applied(to: grays)
        case .rgb, .lab: profile.toSRGB.applied(to: stored.values)
        case .cmyk: profile.toSRGB.applied(to: inks)
        }
    }
}
