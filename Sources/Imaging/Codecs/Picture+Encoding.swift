public import Files

extension Picture {
    /// Encodes the picture over white with `overlay` laid into it, in the picture's own ``storage``.
    ///
    /// Depth, colour profile, resolution and EXIF data are kept. Pixels that the overlay does not change equal those of
    /// the file bit for bit, in the file's colour space (up to a format's loss). The overlay was made for
    /// ``flattened``, whose colours outside the sRGB gamut are clipped. The clipped part is added back in proportion to
    /// 1 − ``Overlay/mask``, so that no outline appears.
    /// - Parameters:
    ///   - overlay: the changed rectangle, inside the picture.
    ///   - format: the file format.
    ///   - quality: as for ``Image/encoded(as:quality:storage:)``.
    /// - Throws: ``EncodingFailure`` when the format cannot hold a picture this large or memory runs out.
    public func encoded(
        with overlay: Overlay, as format: ImageFormat, quality: Int? = nil
    ) throws(EncodingFailure) -> [UInt8] {
        let opaque = opaque
        var (own, part) = (opaque.image, overlay)
        if let profile = storage.profile, !profile.isSRGB {
            guard let unmanaged = opaque.unmanaged, let fromSRGB = profile.fromSRGB else {
                throw EncodingFailure(format: format, reason: "the colour profile cannot be written")
            }
            (own, part) = (unmanaged, overlay.converted(by: fromSRGB, picture: opaque.image, own: unmanaged))
        }
        return try Codec.encode(
            own.values, with: part, size: own.size, as: format, quality: quality, storage: storage)
    }

    /// Writes the picture with `overlay` laid into it (see ``encoded(with:as:quality:)``), in the format of the name.
    ///
    /// The write is atomic: an existing file is replaced whole or kept.
    /// - Throws: ``ImageError/file(_:)`` (`cannotWrite`).
    public func write(with overlay: Overlay, to path: FilePath, quality: Int? = nil) throws(ImageError) {
        try EncodedFile.write(to: path) { () throws(EncodingFailure) in
            try encoded(with: overlay, as: ImageFormat(forWritingTo: path), quality: quality)
        }
    }
}

extension Overlay {
    /// The overlay converted to the colour space of `own`; `picture` holds the same colours clipped to sRGB.
    ///
    /// f(v) + (1 − m)·(o − f(p)) for a new sRGB value v, the picture's sRGB value p and own value o, where f converts
    /// from sRGB and m is the mask (1 without one); o itself where v = p.
    func converted(by fromSRGB: ColorTransform, picture: Image, own: Image) -> Overlay {
        let before = region.part(of: picture)
        let after = fromSRGB.applied(to: image.values), back = fromSRGB.applied(to: before.values)
        var result = region.part(of: own)
        for pixel in 0..<image.size.pixelCount {
            let (x, y) = (pixel % image.width, pixel / image.width)
            guard image[x, y] != before[x, y] else { continue }
            let rest = 1 - (mask?.values[pixel] ?? 1)
            for i in 3 * pixel..<3 * pixel + 3 {
                result.values[i] = (after[i] + rest * (result.values[i] - back[i])).clampedToUnit
            }
        }
        return Overlay(result, at: origin, mask: mask)
    }
}
