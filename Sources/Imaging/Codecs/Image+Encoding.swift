public import Files

extension Image {
    /// Encodes the picture as an RGB file. JPEG is baseline, none has subsampled colours.
    ///
    /// A value v is stored as m·v rounded to the nearest integer and clamped to 0…m, where m is 255 or, for 16 bits,
    /// 65535; NaN is stored as 0. AVIF has 12 bits for 16, WebP and JPEG have 8.
    /// - Parameters:
    ///   - format: the file format, a ``ImageFormat/writable`` one.
    ///   - quality: the quality of JPEG, WebP and AVIF, 1…100, clamped; 100 is lossless for AVIF. By default WebP is
    ///     lossless, and the quality of others 95.
    ///   - storage: depth, profile and resolution; the values are converted to the profile's colour space.
    /// - Throws: ``EncodingFailure`` when the format cannot hold a picture this large, the profile is not
    ///   ``ColorProfile/isWritable``, or memory runs out.
    public func encoded(
        as format: ImageFormat, quality: Int? = nil, storage: ImageStorage = ImageStorage()
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

    /// Writes the picture at `path`, in the format of its name (``ImageFormat/init(forWritingTo:)``).
    ///
    /// The write is atomic: an existing file is replaced whole or kept.
    /// - Parameters:
    ///   - path: the file.
    ///   - quality: as for ``encoded(as:quality:storage:)``.
    ///   - storage: depth, profile and resolution.
    /// - Throws: ``ImageError/file(_:)`` (`cannotWrite`).
    public func write(
        to path: FilePath, quality: Int? = nil, storage: ImageStorage = ImageStorage()
    ) throws(ImageError) {
        try EncodedFile.write(to: path) { () throws(EncodingFailure) in
            try encoded(as: ImageFormat(forWritingTo: path), quality: quality, storage: storage)
        }
    }
}

/// Atomic writes of encoded pictures.
enum EncodedFile {
    /// Writes the bytes that `encode` returns at `path`.
    static func write(to path: FilePath, _ encode: () throws(EncodingFailure) -> [UInt8]) throws(ImageError) {
        let file: [UInt8]
        do {
            file = try encode()
        } catch {
            throw .file(.cannotWrite(path: path, reason: error.reason))
        }
        do { try AtomicFile.write(file, to: path) } catch { throw .file(error) }
    }
}
