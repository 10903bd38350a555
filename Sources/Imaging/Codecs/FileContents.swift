internal import Foundation

/// Reads whole files, none beyond what it could sensibly be.
package enum FileContents {
    /// The most bytes that a picture's file may have beside its pixels, and before it says how many there are: room for
    /// a profile, EXIF data, an embedded preview or film.
    private static let metadataLimit = 64 << 20

    /// More bytes than a pixel takes in any file: 16-bit RGBA, not compressed, is 8.
    private static let largestPixel = 16

    /// The bytes of the picture's file at `path`; a pipe is read to its end. What can be no picture, or one of more than
    /// `maxPixels`, is not read to its end.
    static func read(picture path: String, maxPixels: Int) throws(ImageError) -> [UInt8] {
        let file = try open(path)
        defer { close(file) }
        return try read(pictureIn: file, path: path, maxPixels: maxPixels)
    }

    /// The bytes of the picture on standard input, to its end, unless they can be no picture or have too many pixels;
    /// errors call it `name`.
    package static func readStandardInput(as name: String, maxPixels: Int) throws(ImageError) -> [UInt8] {
        try read(pictureIn: STDIN_FILENO, path: name, maxPixels: maxPixels)
    }

    /// The bytes of the file at `path`; nil where there are more than `limit`.
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
                // Neither side has more than 32 bits.
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
        // The check never says no: it throws.
        return bytes ?? []
    }

    /// The bytes of an open file, unless `goesOn`, which is asked each time that more have come, says no: then nil.
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
