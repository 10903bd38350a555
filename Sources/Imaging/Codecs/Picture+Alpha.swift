public import Files

extension Picture {
    /// An object cut out of the picture: its colours with `colors` laid into them and black around these, and `alpha`,
    /// of the picture's size.
    ///
    /// Depth, colour profile, resolution and EXIF data are kept. All values are rounded to the depth, so that the
    /// object is the same to the bit as one read from the file that ``write(to:)`` makes of it. Colours that the
    /// overlay does not change are the file's.
    public func cutOut(_ colors: Overlay, alpha: Mask) -> Picture {
        precondition(alpha.size == image.size, "expected alpha of \(image.size), got \(alpha.size)")
        let alpha = Mask(width: alpha.width, height: alpha.height, values: Codec.stored(alpha.values, storage.depth))
        func alone(_ overlay: Overlay) -> Image {
            var values = FloatBuffer(repeating: 0, count: 3 * image.size.pixelCount)
            values.replace(
                overlay.region, of: image.size, channels: 3, by: Codec.stored(overlay.image.values, storage.depth))
            return Image(width: image.width, height: image.height, values: values)
        }
        let opaque = opaque
        guard let own = opaque.unmanaged, let profile = storage.profile, let fromSRGB = profile.fromSRGB else {
            return Picture(alone(colors), alpha: alpha, of: self, unmanaged: nil)
        }
        let stored = alone(colors.converted(by: fromSRGB, picture: opaque.image, own: own))
        let managed = Image(
            width: stored.width, height: stored.height, values: profile.toSRGB.applied(to: stored.values))
        return Picture(managed, alpha: alpha, of: self, unmanaged: stored)
    }

    /// Encodes the picture with its alpha, in its own ``storage``, without loss but of bits that the format lacks.
    /// - Throws: ``EncodingFailure`` when the picture has alpha and the format has none, when it cannot hold a picture
    ///   this large, or when memory runs out.
    public func encoded(as format: ImageFormat = .png) throws(EncodingFailure) -> [UInt8] {
        guard format.hasAlpha || alpha == nil else {
            throw EncodingFailure(format: format, reason: "a \(format.name) has no alpha")
        }
        let own = storage.profile == nil ? image : unmanaged ?? image
        return try Codec.encode(
            own.values, alpha: alpha?.values, size: image.size, as: format, quality: format == .webp ? nil : 100,
            storage: storage)
    }

    /// Writes the picture with its alpha, in its own ``storage``, in the format of the name.
    ///
    /// The write is atomic: an existing file is replaced whole or kept.
    /// - Throws: ``ImageError/file(_:)`` (`cannotWrite`).
    public func write(to path: FilePath) throws(ImageError) {
        try EncodedFile.write(to: path) { () throws(EncodingFailure) in
            try encoded(as: ImageFormat(forWritingTo: path))
        }
    }
}
