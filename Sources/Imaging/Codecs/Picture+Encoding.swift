public import Files

extension Picture {
    /// The bytes of a file that holds the picture, over white, with `patch` in its place, stored as the picture was.
    ///
    /// Depth, colour profile and resolution are kept, and all pixels that the patch leaves as they are, are those of the
    /// picture's own file to the bit, in its own colour space (a JPEG's only as closely as a JPEG holds them). The patch
    /// was made for ``flattened``, whose colours may lie short of the file's: sRGB has fewer. What a pixel of the picture
    /// lost so, it gets back as far as the patch's ``Patch/mask`` lets it through, so that no outline appears.
    /// - Parameters:
    ///   - patch: what is new; it lies inside the picture.
    ///   - format: the format of the file.
    ///   - quality: JPEG's 1…100, clamped; PNG has no use for it.
    /// - Throws: when the format cannot hold a picture this large or memory runs out.
    public func encoded(
        with patch: Patch, as format: ImageFormat, quality: Int = 95
    ) throws(EncodingFailure) -> [UInt8] {
        let opaque = opaque
        guard let own = opaque.unmanaged, let fromSRGB = storage.profile?.fromSRGB else {
            return try patch.laid(into: opaque.image).encoded(as: format, quality: quality, storage: storage)
        }
        let converted = patch.converted(by: fromSRGB, picture: opaque.image, own: own)
        return try Codec.encode(
            converted.laid(into: own).values, size: own.size, as: format, quality: quality, storage: storage)
    }

    /// Writes the picture with `patch` in its place, as ``encoded(with:as:quality:)`` makes it: a JPEG when `path` ends
    /// in `.jpg` or `.jpeg`, and a PNG otherwise.
    ///
    /// The file appears complete or not at all; a file that is already there stays until then.
    /// - Throws: `file` (`cannotWrite`).
    public func write(with patch: Patch, to path: FilePath, quality: Int = 95) throws(ImageError) {
        try EncodedFile.write(to: path) { () throws(EncodingFailure) in
            try encoded(with: patch, as: ImageFormat(forWritingTo: path), quality: quality)
        }
    }
}

extension Patch {
    /// The patch in another space, that of `own`; `picture` holds the same colours in sRGB, as near as it comes.
    ///
    /// f(v) + (1 − m)·(o − f(p)) for a new value v over the picture's p and o, where f converts and m is the mask (1
    /// without one); o itself where v is p.
    fileprivate func converted(by fromSRGB: ColorTransform, picture: Image, own: Image) -> Patch {
        let columns = origin.x..<origin.x + image.width, rows = origin.y..<origin.y + image.height
        let before = picture.part(columns: columns, rows: rows).values
        let after = fromSRGB.applied(to: image.values), back = fromSRGB.applied(to: before)
        var result = own.part(columns: columns, rows: rows)
        for pixel in 0..<image.width * image.height {
            let channels = 3 * pixel..<3 * pixel + 3
            guard image.values[channels] != before[channels] else { continue }
            let rest = 1 - (mask?.values[pixel] ?? 1)
            for i in channels {
                result.values[i] = (after[i] + rest * (result.values[i] - back[i])).clampedToUnit
            }
        }
        return Patch(result, at: origin, mask: mask)
    }
}
