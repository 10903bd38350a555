@testable import Imaging

extension Reader {
    static let png = Reader(
        name: "png", limit: 4096, errors: [ImageError.self], repair: { PNGRepair.repaired($0) }, read: readPicture)

    static let jpeg = Reader(name: "jpeg", limit: 4096, errors: [ImageError.self], read: readPicture)

    static let tiff = Reader(name: "tiff", limit: 8192, errors: [ImageError.self], read: readPicture)

    static let webp = Reader(name: "webp", limit: 4096, errors: [ImageError.self], read: readPicture)

    /// HEIC and AVIF.
    static let heif = Reader(name: "heif", limit: 8192, errors: [ImageError.self], read: readPicture)

    /// The EXIF data of an otherwise sound JPEG.
    static let exif = Reader(name: "exif", limit: 1024, errors: [ImageError.self]) { bytes in
        let count = bytes.count + 2
        try readPicture(
            [0xFF, 0xD8, 0xFF, 0xE1, UInt8(count >> 8), UInt8(count & 0xFF)] + bytes + smallestJPEG.dropFirst(2))
    }

    /// An ICC profile, without a picture.
    static let profile = Reader(name: "icc", limit: 4096, errors: [ColorProfile.Problem.self]) { bytes in
        let profile = try ColorProfile(icc: bytes)
        let colors: [Float] = [0, 0.25, 0.5, 1, 1, 0, 0.75, 0.1, 0.2, 0.3, 0.4, 0.5]
        _ = profile.toSRGB.applied(to: colors)
        if let back = profile.fromSRGB { _ = back.applied(to: colors) }
        _ = profile.isWritable
    }

    /// Decodes a picture of 64×64 pixels at most, and writes a small one with its profile, resolution and EXIF data.
    @Sendable private static func readPicture(_ bytes: [UInt8]) throws {
        let picture = try Picture(decoding: bytes, path: "file", maxPixels: 1 << 12)
        _ = (picture.mask, picture.opaque)
        guard picture.storage != ImageStorage() else { return }
        let pixel = Image(width: 1, height: 1, values: [0, 0.5, 1])
        for format in [ImageFormat.png, .jpeg, .tiff, .webp] {
            _ = try pixel.encoded(as: format, storage: picture.storage)
        }
    }

    /// One grey pixel.
    private static let smallestJPEG: [UInt8] = {
        do {
            return try Image(width: 1, height: 1, values: [0.5, 0.5, 0.5]).encoded(as: .jpeg)
        } catch {
            preconditionFailure("\(error)")
        }
    }()
}
