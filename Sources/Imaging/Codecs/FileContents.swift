internal import Foundation

/// Reads whole files.
package enum FileContents {
    /// The most bytes that a picture's file may have: 400 megapixels of 16-bit RGBA, uncompressed, and some.
    private static let limit = 4 << 30

    /// The bytes of the file at `path`; a pipe is read to its end, and no file beyond the largest picture's.
    static func read(_ path: String) throws(ImageError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR
                ? .missing(path: path) : .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        defer { close(file) }
        return try read(file, path: path)
    }

    /// The bytes on standard input, to its end, unless they can be no picture; errors call it `name`.
    package static func readStandardInput(as name: String) throws(ImageError) -> [UInt8] {
        try read(STDIN_FILENO, path: name)
    }

    private static func read(_ file: CInt, path: String) throws(ImageError) -> [UInt8] {
        var bytes: [UInt8] = []
        var status = stat()
        if fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
            guard status.st_size <= limit else { throw .unreadable(path: path, reason: "File too large") }
            bytes.reserveCapacity(Int(status.st_size))
        }
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Foundation.read(file, &chunk, chunk.count)
            if count > 0 {
                guard bytes.count + count <= limit else { throw .unreadable(path: path, reason: "File too large") }
                bytes += chunk[..<count]
                // A device or a huge file of another kind need not be read to its end to be turned away.
                if bytes.count >= 8, ImageFormat(recognizing: bytes) == nil { throw .unknownFormat(path: path) }
            } else if count == 0 {
                return bytes
            } else if errno != EINTR {
                throw .unreadable(path: path, reason: String(cString: strerror(errno)))
            }
        }
    }
}
