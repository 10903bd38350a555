internal import Foundation

/// Reads whole files up to a size limit.
package enum FileContents {
    /// The limit on a picture file's bytes besides its pixels, and on those before its header gives a size: room for a
    /// profile, EXIF data, an embedded preview or film.
    private static let metadataLimit = 64 << 20

    /// An upper bound on the bytes per pixel: uncompressed 16-bit RGBA has 8.
    private static let largestPixel = 16

    /// The bytes of the picture file or pipe at `path`. Reading stops early for anything but a picture, or for one of
    /// more than `maxPixels`.
    static func read(picture path: String, maxPixels: Int) throws(ImageError) -> [UInt8] {
        let file = try open(path)
        defer { close(file) }
        return try read(pictureIn: file, path: path, maxPixels: maxPixels)
    }

    /// The bytes of the picture on standard input, with the same early stops; errors name it `name`.
    package static func readStandardInput(as name: String, maxPixels: Int) throws(ImageError) -> [UInt8] {
        try read(pictureIn: STDIN_FILENO, path: name, maxPixels: maxPixels)
    }

    /// The bytes of the file at `path`; nil if there are more than `limit`.
    package static func read(_ path: String, limit: Int) throws(ImageError) -> [UInt8]? {
        let file = try open(path)
        defer { close(file) }
        return try read(file, path: path) { (bytes: [UInt8]) throws(ImageError) in bytes.count <= limit }
    }

    private static func open(_ path: String) throws(ImageError) -> CInt {
        let file = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR
                ? .missing(path: path) : .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        return file
    }

    private static func read(pictureIn file: CInt, path: String, maxPixels: Int) throws(ImageError) -> [UInt8] {
        var format: ImageFormat?, size: Size?
        let bytes = try read(file, path: path) { (bytes: [UInt8]) throws(ImageError) in
            guard bytes.count >= 8 else { return true }
            guard let known = format ?? ImageFormat(recognizing: bytes) else { throw .unknownFormat(path: path) }
            format = known
            if size == nil, let found = known.size(inHeaderOf: bytes) {
                // Each side has at most 32 bits.
                let pixels = UInt64(found.width).multipliedReportingOverflow(by: UInt64(found.height))
                guard !pixels.overflow, pixels.partialValue <= UInt64(clamping: maxPixels) else {
                    throw .tooLarge(path: path, size: found, maxPixels: maxPixels)
                }
                size = found
            }
            let pixels = size.map { $0.width * $0.height } ?? 0
            guard bytes.count <= metadataLimit + largestPixel * min(pixels, Int.max >> 8) else {
                let what = size.map { "its \($0) pixels take" } ?? "stand in front of a size"
                throw .damaged(path: path, format: known, reason: "it has more bytes than can \(what)")
            }
            return true
        }
        // The check above throws rather than return false.
        return bytes ?? []
    }

    /// The bytes of an open file; nil if `goesOn`, called after each chunk with the bytes so far, returns false.
    private static func read(
        _ file: CInt, path: String, while goesOn: ([UInt8]) throws(ImageError) -> Bool
    ) throws(ImageError) -> [UInt8]? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Foundation.read(file, &chunk, chunk.count)
            if count > 0 {
                bytes += chunk[..<count]
                guard try goesOn(bytes) else { return nil }
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw .unreadable(path: path, reason: String(cString: strerror(errno)))
            }
        }
    }
}
