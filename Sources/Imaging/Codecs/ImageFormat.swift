public import Files

/// A picture file format.
public enum ImageFormat: String, CaseIterable, Sendable {
    /// PNG: lossless.
    case png

    /// JPEG: smaller, lossy.
    case jpeg

    /// The format with the signature at the start of `bytes`; nil for none.
    public init?(recognizing bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else {
            return nil
        }
    }

    /// The most pixels that a picture may have on a side in a file of this format: what PNG's header holds, and what
    /// libjpeg writes.
    public var largestSide: Int {
        switch self {
        case .png: 0x7FFF_FFFF
        case .jpeg: 65_500
        }
    }

    /// The format to write at `path`: JPEG when it ends in `.jpg` or `.jpeg` (case-insensitively), PNG otherwise.
    public init(forWritingTo path: FilePath) { self = ["jpg", "jpeg"].contains(path.ending) ? .jpeg : .png }
}

extension ImageFormat {
    /// The size in the header at the start of a file in this format; nil where it is incomplete or malformed.
    ///
    /// It serves to reject large files before reading them whole; decoding checks again. A JPEG's is the stored size,
    /// before rotation.
    func size(inHeaderOf bytes: [UInt8]) -> Size? {
        switch self {
        case .png: Self.pngSize(bytes)
        case .jpeg: Self.jpegSize(bytes)
        }
    }

    /// IHDR is the first chunk, after the signature of 8 bytes (PNG specification, 5.3 and 11.2.2).
    private static func pngSize(_ bytes: [UInt8]) -> Size? {
        guard bytes.count >= 24, bytes[12..<16].elementsEqual("IHDR".utf8) else { return nil }
        return Size(width: bytes.bigEndian(16..<20), height: bytes.bigEndian(20..<24))
    }

    /// The frame header follows any number of other segments (ITU-T T.81, B.1.1 and B.2.2).
    private static func jpegSize(_ bytes: [UInt8]) -> Size? {
        var position = 2
        while position + 9 <= bytes.count, bytes[position] == 0xFF {
            let marker = bytes[position + 1]
            switch marker {
            case 0xFF: position += 1  // fill
            case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(marker):
                return Size(
                    width: bytes.bigEndian(position + 7..<position + 9),
                    height: bytes.bigEndian(position + 5..<position + 7))
            default: position += 2 + bytes.bigEndian(position + 2..<position + 4)
            }
        }
        return nil
    }
}

extension [UInt8] {
    /// The big-endian unsigned integer in these bytes.
    fileprivate func bigEndian(_ range: Range<Int>) -> Int { self[range].reduce(0) { $0 << 8 | Int($1) } }
}
