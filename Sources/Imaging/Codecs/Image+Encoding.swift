extension Image {
    /// The bytes of a PNG (8-bit RGB) or JPEG (baseline, 4:4:4) file of the picture.
    ///
    /// A value v is stored as 255·v rounded to the nearest whole number and clamped to 0…255; NaN is stored as 0.
    /// - Parameters:
    ///   - format: the format of the file.
    ///   - quality: JPEG's 1…100, clamped; PNG has no use for it.
    /// - Throws: when the format cannot hold a picture this large or memory runs out.
    public func encoded(as format: ImageFormat, quality: Int = 95) throws(EncodingFailure) -> [UInt8] {
        try Codec.encode(bytes, size: size, as: format, quality: quality)
    }

    /// Writes the picture at `path`, as a JPEG when that ends in `.jpg` or `.jpeg` and as a PNG otherwise.
    ///
    /// The file appears complete or not at all; a file that is already there stays until then.
    /// - Parameters:
    ///   - path: the file.
    ///   - quality: JPEG's 1…100, clamped; PNG has no use for it.
    /// - Throws: `cannotWrite`.
    public func write(to path: String, quality: Int = 95) throws(ImageError) {
        let file: [UInt8]
        do {
            file = try encoded(as: ImageFormat(forWritingTo: path), quality: quality)
        } catch {
            throw .cannotWrite(path: path, reason: error.reason)
        }
        do {
            try AtomicFile.write(file, to: path)
        } catch {
            throw .cannotWrite(path: path, reason: error.reason)
        }
    }

    private var bytes: [UInt8] {
        values.map { value in
            let scaled = value * 255 + 0.5
            // No comparison holds for NaN, so it ends as 0 and the conversion cannot trap.
            return scaled > 0 ? UInt8(min(scaled, 255)) : 0
        }
    }
}
