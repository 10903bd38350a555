/// A decoded file: its colours, and its transparency if it has any.
public struct Picture: Equatable, Sendable {
    /// The colours, not multiplied by alpha.
    public var image: Image

    /// The alpha channel, of the image's size: 1 is opaque. Nil when the file has none, even if another file with the
    /// same look would have one that is 1 everywhere.
    public var alpha: Mask?

    /// A picture of the given colours and, optionally, transparency of the same size.
    public init(image: Image, alpha: Mask? = nil) {
        precondition(
            alpha == nil || alpha?.size == image.size, "expected alpha of \(image.size), got \(alpha?.size as Any)")
        self.image = image
        self.alpha = alpha
    }

    /// Decodes the bytes of a PNG or JPEG file, told apart by how they begin.
    ///
    /// A sample s of b bits becomes s / (2ᵇ − 1). Gamma and colour profiles are ignored: the values are taken as sRGB.
    /// A JPEG is turned upright as its EXIF orientation says.
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - path: what errors call the file.
    ///   - maxPixels: the most pixels, width times height, that are decoded; memory is allocated only below it.
    /// - Throws: `unknownFormat`, `damaged` (a picture cut short included), `tooLarge`, `unsupported` for a
    ///   kind of PNG or JPEG that the codecs do not know, or `unreadable` for one that does not fit in memory.
    public init(decoding bytes: [UInt8], path: String, maxPixels: Int = 400_000_000) throws(ImageError) {
        guard let format = ImageFormat(recognizing: bytes) else {
            throw .unknownFormat(path: path)
        }
        let samples = try Codec.decode(bytes, as: format, path: path, maxPixels: maxPixels)
        let (width, height) = (samples.size.width, samples.size.height)
        image = Image(width: width, height: height, values: samples.values(channels: 0..<3))
        if samples.channels == 4 {
            alpha = Mask(width: width, height: height, values: samples.values(channels: 3..<4))
        }
    }

    /// Reads and decodes the PNG or JPEG file at `path`.
    /// - Parameters:
    ///   - path: the file; what it contains decides the format, not its name.
    ///   - maxPixels: the most pixels, width times height, that are decoded.
    /// - Throws: `missing`, `unreadable`, and what `init(decoding:path:maxPixels:)` throws.
    public static func read(_ path: String, maxPixels: Int = 400_000_000) throws(ImageError) -> Picture {
        try Picture(decoding: FileContents.read(path), path: path, maxPixels: maxPixels)
    }

    /// The picture over white: v·a + 1 − a for a value v under alpha a. The image itself when there is no alpha.
    public var flattened: Image {
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
    /// 0.299 R + 0.587 G + 0.114 B (BT.601) elsewhere.
    public var mask: Mask {
        var mask = Mask(width: image.width, height: image.height, repeating: 0)
        for pixel in 0..<mask.values.count {
            let (r, g, b) = (image.values[3 * pixel], image.values[3 * pixel + 1], image.values[3 * pixel + 2])
            // The weighted sum of three equal numbers may miss their value by a rounding.
            let lightness = r == g && g == b ? r : 0.299 * r + 0.587 * g + 0.114 * b
            mask.values[pixel] = lightness * (alpha?.values[pixel] ?? 1)
        }
        return mask
    }
}
