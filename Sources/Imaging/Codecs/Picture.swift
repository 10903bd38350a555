public import Files

/// A decoded file: its colours, its transparency if it has any, and how it stores them.
public struct Picture: Equatable, Sendable {
    /// The colours in sRGB, not multiplied by alpha.
    public let image: Image

    /// The alpha channel, of the image's size: 1 is opaque. Nil when the file has none, even if another file with the
    /// same look would have one that is 1 everywhere.
    public let alpha: Mask?

    /// How the file stores the colours, which is how results that are made from it are stored. Its profile is one that
    /// can be written; the colours of a file with a profile for grey or CMYK, or with one that only converts to other
    /// spaces, are sRGB for good.
    public let storage: ImageStorage

    /// Why the colour profile that the file has was not used, in a few words such as "it is damaged"; nil when it was, or
    /// there is none. The colours are then taken as sRGB.
    public let profileProblem: String?

    /// The values as they are in the file, where its profile makes others of them in `image`.
    let unmanaged: Image?

    /// The most pixels that are decoded unless something else is asked for: 400 megapixels, which take 4.8 GB.
    public static let defaultMaxPixels = 400_000_000

    /// A picture of the given colours and, optionally, transparency of the same size.
    public init(image: Image, alpha: Mask? = nil, storage: ImageStorage = ImageStorage()) {
        precondition(
            alpha == nil || alpha?.size == image.size, "expected alpha of \(image.size), got \(alpha?.size as Any)")
        self.image = image
        self.alpha = alpha
        self.storage = storage
        profileProblem = nil
        unmanaged = storage.profile.flatMap { profile in
            profile.isSRGB ? nil : profile.fromSRGB.map { image.converted(by: $0) }
        }
    }

    private init(_ opaque: Image, of picture: Picture, unmanaged: Image?) {
        image = opaque
        alpha = nil
        storage = picture.storage
        profileProblem = picture.profileProblem
        self.unmanaged = unmanaged
    }

    /// Decodes the bytes of a PNG or JPEG file, told apart by how they begin.
    ///
    /// A sample s of b bits becomes s / (2ᵇ − 1), and with an embedded ICC profile for grey, RGB or CMYK that is converted
    /// to sRGB (relative colorimetric, with black point compensation, clamped to 0…1). Without a profile, and with one
    /// that cannot be used, values are taken as sRGB; gamma and chromaticities on their own are ignored. A JPEG is turned
    /// upright as its EXIF orientation says.
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - path: what errors call the file.
    ///   - maxPixels: the most pixels, width times height, that are decoded. Of a picture with more, only the header is looked
    ///     at, and no memory is taken for it.
    /// - Throws: `unknownFormat`, `damaged` (a picture cut short included), `tooLarge`, `unsupported` for a
    ///   kind of PNG or JPEG that the codecs do not know, or `file` (`unreadable`) for one that does not fit in memory.
    public init(decoding bytes: [UInt8], path: FilePath, maxPixels: Int = defaultMaxPixels) throws(ImageError) {
        guard let format = ImageFormat(recognizing: bytes) else {
            throw .unknownFormat(path: path)
        }
        let samples = try Codec.decode(bytes, as: format, path: path, maxPixels: maxPixels)
        let (width, height) = (samples.size.width, samples.size.height)
        let stored = Image(width: width, height: height, values: samples.colors)
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
            resolution: samples.resolution)
        if let profile, !profile.isSRGB {
            image = Image(width: width, height: height, values: samples.values(of: profile, stored: stored))
            unmanaged = stored
        } else {
            image = stored
            unmanaged = nil
        }
    }

    /// Reads and decodes the PNG or JPEG file at `path`.
    /// - Parameters:
    ///   - path: the file; what it contains decides the format, not its name.
    ///   - maxPixels: the most pixels, width times height, that are read and decoded.
    /// - Throws: `file` (`missing` or `unreadable`), and what `init(decoding:path:maxPixels:)` throws.
    public static func read(_ path: FilePath, maxPixels: Int = defaultMaxPixels) throws(ImageError) -> Picture {
        try Picture(
            decoding: PictureFile.read(path, maxPixels: maxPixels), path: path, maxPixels: maxPixels)
    }

    /// The colours over white: v·a + 1 − a for a value v under alpha a. The image itself when there is no alpha.
    public var flattened: Image { over(image) }

    /// The picture over white, without alpha: ``flattened``, and what else it takes to write results, but no more. Of a
    /// picture without alpha nothing is copied.
    public var opaque: Picture {
        Picture(flattened, of: self, unmanaged: storage.profile == nil ? nil : unmanaged.map(over))
    }

    private func over(_ image: Image) -> Image {
        guard let alpha else { return image }
        var flat = image
        for pixel in 0..<alpha.values.count {
            let a = alpha.values[pixel]
            for i in 3 * pixel..<3 * pixel + 3 {
                flat.values[i] = flat.values[i] * a + (1 - a)
            }
        }
        return flat
    }

    /// The picture read as a mask: how light each pixel is, times its alpha when there is one.
    ///
    /// Lightness is the grey value itself where red, green and blue are equal, and the luma
    /// 0.299 R + 0.587 G + 0.114 B (BT.601) elsewhere. A mask is no picture of anything: the values are those of the
    /// file, whatever its profile says.
    public var mask: Mask {
        let values = (unmanaged ?? image).values
        var mask = Mask(width: image.width, height: image.height, repeating: 0)
        for pixel in 0..<mask.values.count {
            let (r, g, b) = (values[3 * pixel], values[3 * pixel + 1], values[3 * pixel + 2])
            // The weighted sum of three equal numbers may miss their value by a rounding.
            let lightness = r == g && g == b ? r : 0.299 * r + 0.587 * g + 0.114 * b
            mask.values[pixel] = lightness * (alpha?.values[pixel] ?? 1)
        }
        return mask
    }
}

extension Image {
    /// The values in another space.
    fileprivate func converted(by transform: ColorTransform) -> Image {
        Image(width: width, height: height, values: transform.applied(to: values))
    }
}

extension Codec.Samples {
    /// The file's profile; nil when it has none that can be read.
    fileprivate var usableProfile: ColorProfile? {
        get throws(ColorProfile.Problem) {
            guard let bytes = profile else { return nil }
            let profile = try ColorProfile(icc: bytes)
            // Grey samples come as equal red, green and blue.
            guard profile.space == space || (profile.space == .rgb && space == .gray) else {
                throw ColorProfile.Problem(reason: "it is not for the kind of colours that the file has")
            }
            return profile
        }
    }

    /// The sRGB values of the pixels, whose own values as red, green and blue are those of `stored`.
    fileprivate func values(of profile: ColorProfile, stored: Image) -> [Float] {
        switch profile.space {
        case .gray: profile.toSRGB.applied(to: grays)
        case .rgb: profile.toSRGB.applied(to: stored.values)
        case .cmyk: profile.toSRGB.applied(to: inks)
        }
    }
}
