package import Files

/// Reads whole picture files, and stops early at anything but a picture.
package enum PictureFile {
    /// The limit on a picture file's bytes besides its pixels, and on those before its header gives a size: room for a
    /// profile, EXIF data, an embedded preview or film.
    private static let metadataLimit = 64 << 20

    /// An upper bound on the bytes per pixel: uncompressed 16-bit RGBA has 8, of 32-bit floating-point numbers 16.
    private static let largestPixel = 16

    /// The bytes by which a format is known.
    private static let signatureLength = 64

    /// The bytes of the picture file or pipe at `path`, or of `stream`, which is open and which errors name `path`.
    /// Reading stops early for anything but a picture, or for one of more than `maxPixels`.
    package static func read(
        _ path: FilePath, from stream: FileDescriptor? = nil, maxPixels: Int
    ) throws(ImageError) -> [UInt8] {
        var format: ImageFormat?, size: Size?, problem: ImageError?
        func check(_ bytes: [UInt8]) throws(ImageError) {
            guard bytes.count >= Self.signatureLength else { return }
            guard let known = format ?? ImageFormat(recognizing: bytes) else {
                throw ImageError(unrecognized: bytes, path: path)
            }
            format = known
            if size == nil, let found = known.size(inHeaderOf: bytes) {
                // Each side has at most 32 bits.
                let pixels = UInt64(found.width).multipliedReportingOverflow(by: UInt64(found.height))
                guard !pixels.overflow, pixels.partialValue <= UInt64(clamping: maxPixels) else {
                    throw .tooLarge(path: path, size: found, maxPixels: maxPixels)
                }
                size = found
            }
            // A file may hold more pictures than the one whose size stands in front.
            let pixels = known.hasSizeInFront ? size.map { $0.width * $0.height } ?? 0 : maxPixels
            guard bytes.count <= metadataLimit + largestPixel * min(pixels, Int.max >> 8) else {
                let what = size.map { "its \($0) pixels take" } ?? "stand in front of a size"
                throw .damaged(path: path, format: known, reason: "it has more bytes than can \(what)")
            }
        }
        let file: [UInt8]?
        do {
            file = try FileContents.read(path, from: stream) { bytes in
                do throws(ImageError) { try check(bytes) } catch { problem = error }
                return problem == nil
            }
        } catch {
            throw .file(error)
        }
        if let problem { throw problem }
        return file ?? []
    }
}

extension ImageError {
    /// The error about a file that is none of the formats that are read.
    init(unrecognized bytes: [UInt8], path: FilePath) {
        self =
            ForeignFormat(recognizing: bytes).map { .foreignFormat(path: path, kind: $0) }
            ?? .unknownFormat(path: path)
    }
}
