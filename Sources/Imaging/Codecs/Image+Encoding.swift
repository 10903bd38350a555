public import Files

extension Image {
    /// The bytes of an RGB PNG or JPEG (baseline, 4:4:4) file of the picture.
    ///
    /// A value v is stored as m·v, where m is 255 or for 16 bits 65535, rounded to the nearest whole number and clamped to
    /// 0…m; NaN is stored as 0.
    /// - Parameters:
    ///   - format: the format of the file.
    ///   - quality: JPEG's 1…100, clamped; PNG has no use for it.
    ///   - storage: how the values are stored; those of the picture are converted to the profile's space.
    /// - Throws: when the format cannot hold a picture this large, the profile is not
    ///   ``ColorProfile/isWritable``, or memory runs out.
    public func encoded(
        as format: ImageFormat, quality: Int = 95, storage: ImageStorage = ImageStorage()
    ) throws(EncodingFailure) -> [UInt8] {
        guard let profile = storage.profile, !profile.isSRGB else {
            return try Codec.encode(values, size: size, as: format, quality: quality, storage: storage)
        }
        guard let fromSRGB = profile.fromSRGB else {
            throw EncodingFailure(format: format, reason: "the colour profile cannot be written")
        }
        return try Codec.encode(
            fromSRGB.applied(to: values), size: size, as: format, quality: quality, storage: storage)
    }

    /// Writes the picture at `path`, as a JPEG when that ends in `.jpg` or `.jpeg` and as a PNG otherwise.
    ///
    /// The file appears complete or not at all; a file that is already there stays until then.
    /// - Parameters:
    ///   - path: the file.
    ///   - quality: JPEG's 1…100, clamped; PNG has no use for it.
    ///   - storage: how the values are stored.
    /// - Throws: `file` (`cannotWrite`).
    public func write(
        to path: FilePath, quality: Int = 95, storage: ImageStorage = ImageStorage()
    ) throws(ImageError) {
        try EncodedFile.write(to: path) { () throws(EncodingFailure) in
            try encoded(as: ImageFormat(forWritingTo: path), quality: quality, storage: storage)
        }
    }
}

/// Writes what an encoder makes.
enum EncodedFile {
    /// Writes at `path` what `encode` returns.
    static func write(to path: FilePath, _ encode: () throws(EncodingFailure) -> [UInt8]) throws(ImageError) {
        let file: [UInt8]
        do {
            file = try encode()
        } catch {
            throw .file(.cannotWrite(path: path, reason: error.reason))
        }
        try ImageError.wrapping { () throws(FileError) in try AtomicFile.write(file, to: path) }
    }
}
