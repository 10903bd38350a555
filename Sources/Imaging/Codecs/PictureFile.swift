package import Files

/// Reads the files of pictures whole, none beyond what it could sensibly be.
package struct PictureFile {
    /// The most bytes that a picture's file may have beside its pixels, and before it says how many there are: room for
    /// a profile, EXIF data, an embedded preview or film.
    private static let metadataLimit = 64 << 20

    /// More bytes than a pixel takes in any file: 16-bit RGBA, not compressed, is 8.
    private static let largestPixel = 16

    private let path: FilePath
    private let maxPixels: Int
    private var format: ImageFormat?, size: Size?

    /// The bytes of the picture's file at `path`, or of a stream that is open and that errors call `path`; a pipe is
    /// read to its end. What can be no picture, or one of more than `maxPixels`, is not read to its end.
    package static func read(
        _ path: FilePath, from stream: FileDescriptor? = nil, maxPixels: Int
    ) throws(ImageError) -> [UInt8] {
        var file = PictureFile(path: path, maxPixels: maxPixels), problem: ImageError?
        let bytes = try ImageError.wrapping { () throws(FileError) in
            try FileContents.read(path, from: stream) { bytes in
                do throws(ImageError) { try file.check(bytes) } catch { problem = error }
                return problem == nil
            }
        }
        if let problem { throw problem }
        return bytes ?? []
    }

    private init(path: FilePath, maxPixels: Int) { (self.path, self.maxPixels) = (path, maxPixels) }

    /// Throws where these cannot be the first bytes of a picture that is wanted.
    private mutating func check(_ bytes: [UInt8]) throws(ImageError) {
        guard bytes.count >= 8 else { return }
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
        guard bytes.count <= Self.metadataLimit + Self.largestPixel * min(pixels, Int.max >> 8) else {
            let what = size.map { "its \($0) pixels take" } ?? "stand in front of a size"
            throw .damaged(path: path, format: known, reason: "it has more bytes than can \(what)")
        }
    }
}
